#pragma once
// Programs of others, asked about the bytes that we make.
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/units.hpp"

/// A folder of its own for the files of one question; gone with it.
class Folder {
  public:
    Folder();
    Folder(const Folder&) = delete;
    ~Folder();
    /// Writes a file and gives its whole name.
    std::string file(const std::string& name, std::string_view bytes) const;
    std::string name(const std::string& name) const { return path_ + "/" + name; }
    std::string read(const std::string& name) const;

  private:
    std::string path_;
};

struct Answer {
    int status = 0;
    std::string text;  ///< What it printed, errors too.
    bool says(std::string_view words) const { return text.find(words) != std::string::npos; }
};
Answer openssl(const Folder& folder, const std::string& arguments);
Answer tshark(const Folder& folder, const std::string& arguments);
/// What `openssl verify` finds wrong with a chain (DER, leaf first) at that time, when `root` is
/// all that is trusted: X509_V_ERR numbers in its order, parted by spaces.
std::string openssl_errors(const std::vector<std::string>& chain, std::string_view root,
                           core::Instant when);
