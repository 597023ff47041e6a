#include "tests/harness/help.hpp"

#include <sstream>

std::vector<std::string> switches_in(const std::string& help) {
    std::vector<std::string> out;
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("  -")) continue;
        std::istringstream words(line.substr(0, line.find("  ", 2)));
        for (std::string word; words >> word && word.starts_with("-");)
            for (std::size_t at = 0; at < word.size(); at = word.find(',', at) + 1) {
                out.push_back(word.substr(at, word.find(',', at) - at));
                if (word.find(',', at) == std::string::npos) break;
            }
    }
    return out;
}

std::vector<std::string> commands_in(const std::string& help) {
    std::vector<std::string> out;
    std::istringstream lines(help.substr(help.find("Subcommands:")));
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("  ") && line.size() > 2 && line[2] != ' ')
            out.push_back(line.substr(2, line.find(' ', 2) - 2));
    return out;
}
