#pragma once
// Records and messages as a test writes them down.
#include <string>
#include <string_view>

#include "sim/dns/message.hpp"

/// Bytes of hexadecimal digits; blanks part what belongs together.
std::string wire(std::string_view digits);
/// The other way round, without blanks.
std::string digits(std::string_view bytes);
/// A line of a zone file that is right.
dns::Record record(std::string_view line);
/// A response with one answer for each line.
dns::Message response(std::string_view name, dns::Type type,
                      std::initializer_list<std::string_view> lines = {});
/// "NOERROR secure: MX 10 mx.bob.example.; MX 20 ..."
std::string summary(const dns::Message& message);
std::string summary(const core::Result<dns::Message>& message);
