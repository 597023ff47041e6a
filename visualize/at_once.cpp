#include "visualize/at_once.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

namespace visualize {

using trace::ConnectionId;
using trace::HostId;

std::set<ConnectionId> open_at_once(const std::vector<ToldOf>& told) {
    struct Life {
        ConnectionId connection{};
        std::size_t begins = 0, ends = 0;
    };
    std::map<ConnectionId, std::pair<std::pair<HostId, HostId>, Life>> lives;
    for (std::size_t i = 0; i < told.size(); ++i) {
        const ConnectionId connection = told[i].connection;
        if (connection == ConnectionId::none) continue;
        const auto [at, fresh] =
            lives.try_emplace(connection, told[i].between, Life{connection, i, i});
        at->second.second.ends = i;
    }
    std::map<std::pair<HostId, HostId>, std::vector<Life>> groups;
    for (const auto& [connection, life] : lives) groups[life.first].push_back(life.second);
    std::set<ConnectionId> out;
    for (auto& [between, group] : groups) {
        std::sort(group.begin(), group.end(),
                  [](const Life& a, const Life& b) { return a.begins < b.begins; });
        const Life* longest = nullptr;
        for (const Life& life : group) {
            if (longest != nullptr && life.begins < longest->ends)
                out.insert({life.connection, longest->connection});
            if (longest == nullptr || life.ends > longest->ends) longest = &life;
        }
    }
    return out;
}

std::string connection_mark(ConnectionId connection) {
    return "[" + std::to_string(static_cast<std::uint32_t>(connection)) + "] ";
}

}  // namespace visualize
