#pragma once
// Where TLS begins in a stream, and its records (RFC 8446 section 5.1).
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tls {

inline constexpr std::size_t record_header_size = 5;

/// Takes the records of one way out of a stream that begins in clear text: TLS begins with a record
/// at the beginning of a line.
class RecordSplitter {
  public:
    struct Found {
        std::string clear;                 ///< Text before the first record.
        std::vector<std::string> records;  ///< Those that are whole now, with their headers.
    };
    Found add(std::string_view bytes);
    bool begun() const { return begun_; }
    /// TLS begins here, in the middle of a line.
    void begin() { begun_ = true; }
    /// What has come of a record that is not whole.
    const std::string& rest() const { return rest_; }
    std::string take_rest() { return std::exchange(rest_, {}); }

  private:
    std::string take_clear();
    bool begun_ = false;
    bool line_begins_ = true;
    std::string rest_;
};

}  // namespace tls
