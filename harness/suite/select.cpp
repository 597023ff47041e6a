#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "harness/files/paths.hpp"
#include "harness/suite/suite.hpp"

namespace suite {

Found discover(const std::vector<files::Place>& places, std::uint64_t seed,
               const script::Terms& terms) {
    Found found;
    for (const files::Place& place : places) {
        if (place.mistake) {
            found.mistakes.push_back(*place.mistake);
            found.empty += place.is_empty ? 1 : 0;
            continue;
        }
        script::Listing listing = script::list_scenarios(place.file, seed, terms);
        if (listing.mistake) found.mistakes.push_back(*listing.mistake);
        found.asked.merge(listing.asked);
        for (script::ScenarioEntry& entry : listing.scenarios)
            found.scenarios.push_back(std::move(entry));
    }
    return found;
}

TagExpression::TagExpression(std::string_view text) {
    std::string token;
    const auto finish = [&] {
        if (!token.empty()) tokens_.push_back(std::move(token));
        token.clear();
    };
    for (const char c : text) {
        if (c == ' ')
            finish();
        else if (c == '(' || c == ')') {
            finish();
            tokens_.emplace_back(1, c);
        } else
            token += c;
    }
    finish();
    check();
}

namespace {
bool is_word(const std::string& token) {
    return token != "and" && token != "or" && token != "not" && token != "(" && token != ")";
}
}  // namespace

// A word or a bracket is wanted, then `and`, `or` or the end: that is all the grammar there is.
void TagExpression::check() {
    bool wants_operand = true;
    int depth = 0;
    for (const std::string& token : tokens_) {
        const bool operand = is_word(token) || token == "(" || token == "not";
        if (operand != wants_operand) {
            error_ = fmt::format("expected {} before '{}'",
                                 wants_operand ? "a tag" : "'and' or 'or'", token);
            return;
        }
        depth += token == "(" ? 1 : token == ")" ? -1 : 0;
        if (depth < 0) break;
        wants_operand = token == "and" || token == "or" || token == "not" || token == "(";
    }
    if (depth != 0)
        error_ = "a bracket has no partner";
    else if (wants_operand && !tokens_.empty())
        error_ = "it ends where a tag was expected";
}

bool TagExpression::matches(const std::vector<std::string>& tags) const {
    std::size_t at = 0;
    return tokens_.empty() || either(at, tags);
}
bool TagExpression::either(std::size_t& at, const std::vector<std::string>& tags) const {
    bool value = both(at, tags);
    while (at < tokens_.size() && tokens_[at] == "or") {
        const bool right = both(++at, tags);
        value = value || right;
    }
    return value;
}
bool TagExpression::both(std::size_t& at, const std::vector<std::string>& tags) const {
    bool value = one(at, tags);
    while (at < tokens_.size() && tokens_[at] == "and") {
        const bool right = one(++at, tags);
        value = value && right;
    }
    return value;
}
bool TagExpression::one(std::size_t& at, const std::vector<std::string>& tags) const {
    const std::string& token = tokens_[at++];
    if (token == "not") return !one(at, tags);
    if (token == "(") {
        const bool value = either(at, tags);
        ++at;
        return value;
    }
    return std::find(tags.begin(), tags.end(), token) != tags.end();
}

std::vector<script::ScenarioEntry> choose(const Found& found, const Selection& selection,
                                          std::string& wrong) {
    const TagExpression tags(selection.tags);
    if (!tags.error().empty()) {
        wrong = fmt::format("-t '{}': {}", selection.tags, tags.error());
        return {};
    }
    std::set<std::string> only;
    for (const std::string& id : selection.only) only.insert(files::plain_id(id));
    std::vector<script::ScenarioEntry> out;
    for (const script::ScenarioEntry& entry : found.scenarios) {
        const std::string id = entry.id();
        const bool named = only.empty() || only.contains(id);
        const bool filtered = !selection.filter || selection.filter(id);
        if (named && filtered && tags.matches(entry.tags)) out.push_back(entry);
    }
    return out;
}

}  // namespace suite
