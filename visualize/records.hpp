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

/// Of a server's flight in TLS 1.3: the size of what stands in front of the sealed records, a
/// ServerHello and perhaps a ChangeCipherSpec. 0 where the bytes are another flight, or have no
/// more than that.
std::size_t readable_front(std::string_view bytes);

/// Are these bytes TLS records whose content nobody on the path can read?
bool sealed(std::string_view bytes);

}  // namespace visualize
