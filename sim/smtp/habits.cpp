#include "sim/smtp/habits.hpp"

namespace smtp {

std::string with_word(std::string_view words, std::string_view word) {
    std::string out(words);
    const std::size_t place = out.find("{}");
    if (place != std::string::npos) out.replace(place, 2, word);
    return out;
}

Reply Text::reply(std::string_view word) const { return {code, with_word(words, word)}; }

}  // namespace smtp
