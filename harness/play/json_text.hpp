#pragma once
// The text of a JSON document, written and read: in one place, for nlohmann's reader and writer are
// made anew in each file that calls them, at seconds each.
#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace play {

/// A document whose members stand as they were put in.
using Json = nlohmann::ordered_json;

/// Is told the parts of a text in their order, for who needs no tree. Whoever returns false has had
/// enough.
class JsonParts {
  public:
    virtual ~JsonParts() = default;
    virtual bool null() = 0;
    virtual bool number(std::uint64_t number) = 0;
    virtual bool text(std::string& text) = 0;
    /// true, false, a number below 0 or with a fraction.
    virtual bool other() = 0;
    virtual bool begin_object() = 0;
    virtual bool name(std::string& name) = 0;
    virtual bool end_object() = 0;
    virtual bool begin_array() = 0;
    virtual bool end_array() = 0;
};

/// The document that `text` is; a discarded one (is_discarded()) where it is none.
Json parsed(const std::string& text);
/// Tells `parts` of `text`. False where it is no JSON, or `parts` had enough.
bool read_parts(const std::string& text, JsonParts& parts);

/// Without a line's end. A byte that is not UTF-8 becomes U+FFFD, here and below.
std::string one_line(const Json& document);
/// Indented by two, and a line's end.
std::string indented(const Json& document);

}  // namespace play
