#include "visualize/glances.hpp"

#include <algorithm>
#include <utility>

#include "visualize/datagrams.hpp"
#include "visualize/records.hpp"
#include "visualize/spoken.hpp"

namespace visualize {

using namespace trace;

Glance glance_at(HostId watcher, std::string_view bytes, std::size_t most) {
    std::string words = describe_records(bytes);
    if (words.empty() && !bytes.empty()) words = spoken(bytes);
    return {watcher, sealed(bytes) ? Glance::Sight::sealed : Glance::Sight::readable,
            shortened(std::move(words), most), bytes.size()};
}

Glance glance_at_datagram(HostId watcher, std::string_view bytes) {
    return {watcher, Glance::Sight::readable, describe_datagram(bytes), bytes.size()};
}

void watch_datagram(Row& row, HostId watcher, std::string_view bytes) {
    if (!row.in_datagrams) return;
    const bool known = std::any_of(row.glances.begin(), row.glances.end(),
                                   [&](const Glance& g) { return g.watcher == watcher; });
    if (!known) row.glances.push_back(glance_at_datagram(watcher, bytes));
}

}  // namespace visualize
