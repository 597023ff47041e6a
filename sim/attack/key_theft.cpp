#include "sim/attack/key_theft.hpp"

#include "sim/trace/encode.hpp"

namespace attack {

KeyTheft::KeyTheft(const Lab& lab, HostId thief, HostId whose, const std::string& key)
    : lab_(lab), thief_(thief), owner_(trace::host_title(lab.trace, whose)), der_(key), key_(key) {}

void KeyTheft::read_on() {
    const std::size_t end = lab_.trace.size();
    while (read_ < end) {
        const trace::Event& event = lab_.trace.at(++read_);
        if (event.host != thief_) continue;
        if (const auto* passed = event.as<trace::SegmentPassed>())
            hear(passed->connection, passed->way, passed->bytes);
        else if (const auto* altered = event.as<trace::SegmentAltered>())
            hear(altered->connection, altered->way, altered->before);
        else if (const auto* dropped = event.as<trace::SegmentDropped>())
            hear(dropped->connection, dropped->way, dropped->bytes);
    }
}

void KeyTheft::hear(trace::ConnectionId connection, Way way, std::string_view bytes) {
    const tls::SaidInside said =
        connections_.try_emplace(connection, key_, masters_)
            .first->second.add(way == Way::to_server ? tls::Writer::client : tls::Writer::server,
                               bytes);
    tell(connection, Way::to_server, said.by_client);
    tell(connection, Way::to_client, said.by_server);
}

void KeyTheft::tell(trace::ConnectionId connection, Way way, const std::string& text) {
    if (text.empty()) return;
    lab_.trace.add(thief_,
                   trace::PlaintextOpened{connection, way, lab_.trace.keep(text), {owner_}});
}

}  // namespace attack
