#pragma once
// What a question to DNS and its answer say to whoever sees the datagram.
#include <string>
#include <string_view>

namespace visualize {

/// "MX? bob.example" of a question, "MX bob.example: 10 mx.bob.example" of an answer, "MX
/// bob.example: NXDOMAIN" where there is none (RFC 1035 section 4.1). What is no such message is
/// told by its length.
std::string describe_datagram(std::string_view bytes);

}  // namespace visualize
