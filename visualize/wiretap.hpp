#pragma once
// What the bytes of one direction of a connection say to whoever has no keys.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace visualize {

/// Bytes as they pass, told line by line and record by record, wherever segments are cut.
class Wiretap {
  public:
    struct Heard {
        enum class Form : std::uint8_t { text, record } form = Form::text;
        /// A line of clear text without its end; or "ClientHello for mx.bob.example, 512 bytes",
        /// "{ApplicationData, 1234 bytes}" (RFC 8446 section 5.1): the length is the record's own.
        std::string words;
        bool operator==(const Heard&) const = default;
    };
    /// What is complete now.
    std::vector<Heard> hear(std::string_view bytes);
    /// What has begun and not ended.
    std::vector<Heard> rest();
    bool operator==(const Wiretap&) const = default;

  private:
    bool take_one(std::vector<Heard>& out);
    std::string record(std::string_view whole);
    std::string held_;
    std::size_t told_ = 0;       ///< So many bytes of `held_` are done.
    bool keys_changed_ = false;  ///< A ChangeCipherSpec has passed: what follows is sealed.
};

}  // namespace visualize
