#include "harness/play/json_text.hpp"

#include <nlohmann/json.hpp>

namespace play {

namespace {

// The names are those of nlohmann::json_sax.
class Told {
  public:
    explicit Told(JsonParts& parts) : parts_(parts) {}
    bool null() { return parts_.null(); }
    bool boolean(bool) { return parts_.other(); }
    bool number_integer(std::int64_t) { return parts_.other(); }
    bool number_unsigned(std::uint64_t number) { return parts_.number(number); }
    bool number_float(double, const std::string&) { return parts_.other(); }
    bool string(std::string& text) { return parts_.text(text); }
    bool binary(std::vector<std::uint8_t>&) { return false; }
    bool start_object(std::size_t) { return parts_.begin_object(); }
    bool key(std::string& name) { return parts_.name(name); }
    bool end_object() { return parts_.end_object(); }
    bool start_array(std::size_t) { return parts_.begin_array(); }
    bool end_array() { return parts_.end_array(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) {
        return false;
    }

  private:
    JsonParts& parts_;
};

}  // namespace

Json parsed(const std::string& text) { return Json::parse(text, nullptr, false); }

bool read_parts(const std::string& text, JsonParts& parts) {
    Told told(parts);
    return nlohmann::json::sax_parse(text, &told);
}

std::string one_line(const Json& document) {
    return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string indented(const Json& document) {
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace play
