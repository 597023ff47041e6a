#pragma once
// What a trace saw on the network, as a capture that programs read.
#include <string>

#include "sim/trace/trace.hpp"

/// The segments of all connections as IPv4 and TCP in a pcap file, to port 465 (RFC 8314).
std::string capture_of(const trace::Trace& trace);
/// The secrets of all connections in NSS key log form.
std::string key_log_of(const trace::Trace& trace);
