#pragma once
#include <string>
#include <string_view>

namespace visualize {

/// What can be told of TLS bytes from outside: "ClientHello", "ServerHello {4 sealed records}".
/// Empty when the bytes are no TLS records (RFC 8446 section 5.1).
std::string describe_records(std::string_view bytes);

/// Are these bytes TLS records whose content nobody on the path can read?
bool sealed(std::string_view bytes);

}  // namespace visualize
