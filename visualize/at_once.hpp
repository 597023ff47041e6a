#pragma once
// Connections that are told apart because they are open at once.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/trace/ids.hpp"

namespace visualize {

/// Something that is told of a connection.
struct ToldOf {
    trace::ConnectionId connection{};  ///< None: of no connection.
    /// Whom to look for it among; connections of others are no matter.
    std::pair<trace::HostId, trace::HostId> between;
};

/// Of what is told in this order: the connections of which one is told of between what is told of
/// another, with the same `between`.
std::set<trace::ConnectionId> open_at_once(const std::vector<ToldOf>& told);

/// "[2] ": how words on a connection begin that is one of several at once.
std::string connection_mark(trace::ConnectionId connection);

}  // namespace visualize
