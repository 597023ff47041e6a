#include "tests/net/town.hpp"

#include <fmt/format.h>

using namespace core;

void Door::accept(std::unique_ptr<net::Line> socket) {
    when.push_back(loop_.now() - world_begins);
    taken.push_back(std::move(socket));
}

Town::Town()
    : alice(network.join("alice", trace::Role::sender)),
      bob(network.join("bob", trace::Role::receiver)),
      path(network.path(alice, bob)) {
    network.host(bob).listeners[25] = &door;
}

Town::Ends Town::open() {
    const std::string address = network.host(bob).address;
    Started run(loop, network.connect(alice, address, 25, hours(1)));
    while (!run.outcome && loop.step()) {
    }
    ENSURE(run.outcome && run.outcome->ok());
    Ends ends{std::move(run.outcome->value()), std::move(door.taken.back())};
    door.taken.pop_back();
    return ends;
}

void Town::to_the_end() {
    while (loop.step()) {
    }
}

namespace {

std::string time_of(Duration d) {
    if (d.ns % 1'000'000 == 0) return fmt::format("{}ms", d.ns / 1'000'000);
    return fmt::format("{}ns", d.ns);
}

// What differs between events of one kind, as a reader of a test wants it.
struct Telling {
    std::string text, mark;
    void operator()(std::string_view, std::string_view value) {
        text += value.size() > 40 ? fmt::format(" {} bytes", value.size())
                                  : fmt::format(" '{}'", value);
    }
    void operator()(std::string_view, trace::Mark m) {
        if (m != trace::Mark::none) mark = fmt::format(" {}", word(m));
    }
    void operator()(std::string_view, Reason reason) { text += fmt::format(" {}", word(reason)); }
    void operator()(std::string_view, const auto&) {}
};

}  // namespace

std::vector<std::string> Town::told(EventId since) const {
    std::vector<std::string> out;
    trace.each([&](const trace::Event& e) {
        if (e.id <= since) return;
        const bool nobody = e.host == net::HostId::nobody;
        const std::string who =
            nobody ? "nobody" : const_cast<net::Network&>(network).host(e.host).name;
        e.body.visit([&](const auto& body) {
            Telling telling;
            body.fields(telling);
            out.push_back(fmt::format("{} {}: {}{} <- {}", time_of(e.at - world_begins), who,
                                      body.name, telling.text + telling.mark, e.cause));
        });
    });
    return out;
}

std::string take_all(net::Stream& stream) {
    const std::string all(stream.available());
    stream.take(all.size());
    return all;
}

std::string state_of(net::Stream& stream) {
    static constexpr const char* words[] = {"open", "finished", "broken"};
    return words[static_cast<std::size_t>(stream.state())];
}

std::string pattern(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; out.size() < count; ++i) out += fmt::format("{}.", i);
    out.resize(count);
    return out;
}
