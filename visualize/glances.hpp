#pragma once
// What somebody on the path could make of what passed him.
#include "visualize/ladder.hpp"

namespace visualize {

/// Of bytes of a connection; `most` characters of words at most.
Glance glance_at(trace::HostId watcher, std::string_view bytes, std::size_t most);
Glance glance_at_datagram(trace::HostId watcher, std::string_view bytes);
/// Notes on the row of a datagram that it passed the watcher, once.
void watch_datagram(Row& row, trace::HostId watcher, std::string_view bytes);

}  // namespace visualize
