#include "sim/trace/trace.hpp"

#include <cstring>

namespace trace {

std::string_view Arena::keep(std::string_view bytes) {
    if (bytes.empty()) return {};
    if (bytes.size() > room_) {
        const std::size_t size = bytes.size() > block_size ? bytes.size() : block_size;
        blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
        free_ = blocks_.back().get();
        room_ = size;
        held_ += size;
    }
    char* const kept = free_;
    std::memcpy(kept, bytes.data(), bytes.size());
    free_ += bytes.size();
    room_ -= bytes.size();
    size_ += bytes.size();
    return {kept, bytes.size()};
}

Event& Trace::append() {
    if (size_ % chunk_size == 0) chunks_.emplace_back().reserve(chunk_size);
    Event& event = chunks_.back().emplace_back();
    event.id = ++size_;
    event.cause = loop_.cause();
    event.at = loop_.now();
    loop_.set_cause(event.id);
    return event;
}

std::string_view word(Way way) { return way == Way::to_server ? "to-server" : "to-client"; }
std::string_view word(Layer layer) { return layer == Layer::clear ? "clear" : "tls"; }
std::string_view word(Certainty c) { return c == Certainty::provisional ? "provisional" : "final"; }
std::string_view word(Ruling ruling) { return ruling == Ruling::accepted ? "accepted" : "refused"; }

std::string_view word(Demanded demanded) {
    switch (demanded) {
        case Demanded::nothing: return "nothing";
        case Demanded::encryption: return "encryption";
        case Demanded::authentication: return "authentication";
    }
    return "nothing";
}

std::string_view word(Peer peer) {
    switch (peer) {
        case Peer::untrusted: return "untrusted";
        case Peer::trusted: return "trusted";
        case Peer::verified: return "verified";
    }
    return "untrusted";
}

std::string_view word(Mark mark) {
    switch (mark) {
        case Mark::none: return "none";
        case Mark::fin: return "fin";
        case Mark::reset: return "reset";
    }
    return "none";
}

std::string_view word(Role role) {
    switch (role) {
        case Role::sender: return "sender";
        case Role::receiver: return "receiver";
        case Role::resolver: return "resolver";
        case Role::policy_host: return "policy host";
        case Role::report_collector: return "report collector";
        case Role::watcher: return "eavesdropper";
        case Role::attacker: return "attacker";
    }
    return "sender";
}

}  // namespace trace
