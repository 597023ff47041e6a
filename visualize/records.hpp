#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace visualize {

/// What can be told of TLS bytes from outside: "ClientHello", "ServerHello {4 sealed records}".
/// Empty when the bytes are no TLS records (RFC 8446 section 5.1).
std::string describe_records(std::string_view bytes);

/// The size of the SSL 2.0 hello that these bytes begin with, the client's or the server's; 0: they
/// begin with none (RFC 6101 appendix E).
std::size_t ssl2_hello_size(std::string_view bytes);

/// Are these bytes TLS records whose content nobody on the path can read?
bool sealed(std::string_view bytes);

}  // namespace visualize
