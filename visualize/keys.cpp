#include "visualize/keys.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "sim/core/field_reader.hpp"
#include "sim/tls/negotiation.hpp"
#include "sim/trace/encode.hpp"
#include "visualize/dress.hpp"

namespace visualize {

using namespace trace;
using tls::KeyStep;
using tls::KeyWatcher;
using tls::Knower;
using tls::Negotiation;

namespace {

constexpr std::string_view watcher_ground = "#f6f0e0", secret_ground = "#ffffff";

// Keys that nothing follows from stand in the box of the secret that they are made of.
constexpr std::string_view leaves[] = {
    "tls.keys.write_key",    "tls.keys.write_iv",    "tls.keys.write_iv12",
    "tls.keys.finished_key", "tls.keys.verify_data", "tls.keys.write_mac_key",
    "tls.keys.binder",
};
bool is_leaf(const KeyStep& step) { return std::ranges::find(leaves, step.id) != std::end(leaves); }

std::string shortened(std::string_view bytes) {
    constexpr std::size_t most = 16;
    return core::hex_text(bytes, most);
}

class KeyMap {
  public:
    KeyMap(const Trace& trace, const Negotiation& negotiation)
        : trace_(trace), its_(negotiation), steps_(negotiation.steps) {}

    Drawn draw(const std::string& title, const std::string& others) {
        const std::string ends =
            fmt::format("{} to {}, connection {}: {}", host_title(trace_, its_.client),
                        host_title(trace_, its_.server),
                        static_cast<std::uint32_t>(its_.connection), tls::summary(its_));
        out_.caption.title = title;
        const auto row = [](const std::string& text) {
            return fmt::format("<tr><td>{}</td></tr>", text);
        };
        std::string label = row(fmt::format("<b>{}</b>", styled(font, 13, ink, title))) +
                            row(styled(font, 10, ink, ends));
        if (!others.empty()) label += row(styled(font, 9, muted, others));
        label += row(legend());
        out_.dot = fmt::format(
            "digraph keys {{\n graph[bgcolor=white pad=0.25 nodesep=0.3 ranksep=0.4 "
            "fontname=\"{0}\" labelloc=t label=<<table border=\"0\" cellborder=\"0\" "
            "cellpadding=\"1\">{1}</table>>]\n node[fontname=\"{0}\" shape=box "
            "style=\"filled,rounded\" margin=\"0.12,0.06\"]\n edge[color=\"{2}\" "
            "arrowsize=0.7]\n",
            font, label, frame_shade);
        for (std::size_t i = 0; i < steps_.size(); ++i)
            if (!is_leaf(steps_[i])) draw_step(i);
        keep_in_rows();
        for (std::size_t i = 0; i < its_.watchers.size(); ++i) draw_watcher(i);
        out_.dot += "}\n";
        out_.caption.description = fmt::format("How the keys came about, {}. {}", ends, sentences_);
        return std::move(out_);
    }

  private:
    std::string ground(const KeyStep& step) const {
        switch (step.knower) {
            case Knower::everybody: return std::string(watcher_ground);
            case Knower::client: return std::string(fill(Role::sender));
            case Knower::server: return std::string(fill(Role::receiver));
            case Knower::both: return std::string(secret_ground);
        }
        return {};
    }
    bool known_to_a_watcher(std::size_t step) const {
        return steps_[step].knower != Knower::everybody &&
               std::ranges::any_of(its_.watchers, [&](const KeyWatcher& watcher) {
                   return its_.knows(watcher, step);
               });
    }
    std::string value(std::size_t i) const {
        const std::string& bytes = steps_[i].value;
        if (bytes.empty()) return std::string(tls::why_unknown(its_, i));
        return fmt::format("{} ({} bytes)", shortened(bytes), bytes.size());
    }
    // The leaves below a step, and theirs.
    std::string leaf_rows(std::size_t parent) const {
        std::string out;
        for (std::size_t i = parent + 1; i < steps_.size(); ++i) {
            const KeyStep& leaf = steps_[i];
            if (!is_leaf(leaf) || leaf.from.empty() || leaf.from.front() != parent) continue;
            const std::string sent =
                leaf.knower == Knower::everybody && !leaf.confirmed ? ", sent" : "";
            const std::string proof = leaf.confirmed ? ", as it was sent" : "";
            out += "<br/>" + styled(font, 8.5, ink, leaf.name + sent + proof + " ") +
                   styled(mono, 8, muted, value(i)) + leaf_rows(i);
        }
        return out;
    }
    std::string frame(std::size_t i) const {
        if (known_to_a_watcher(i)) return fmt::format("color=\"{}\" penwidth=2.5", clear_shade);
        const bool both = steps_[i].knower == Knower::both;
        return fmt::format("color=\"{}\"{}", both ? encrypted_shade : frame_shade,
                           both ? " penwidth=1.5" : "");
    }
    void draw_step(std::size_t i) {
        const KeyStep& step = steps_[i];
        const std::string who = tls::knowers(trace_, its_, i);
        const std::string how = tls::recipe(steps_, i);
        const bool open = known_to_a_watcher(i);
        std::string label = fmt::format("<b>{}</b><br/>{}", styled(font, 10.5, ink, step.name),
                                        styled(mono, 8.5, ink, value(i)));
        for (const std::string& line : lines_of(labels_held(how)))
            label += "<br/>" + styled(font, 8, muted, line);
        label += "<br/>" + styled(font, 8, muted, step.clause) + "<br/>" +
                 styled(font, 8.5, open ? clear_shade : muted, "known to " + who) + leaf_rows(i);
        out_.dot += fmt::format(" s{0}[id=\"step_{0}\" fillcolor=\"{1}\" {2} label=<{3}>]\n", i,
                                ground(step), frame(i), label);
        out_.caption.groups[fmt::format("step_{}", i)] =
            fmt::format("{}: {}; {}; known to {}", step.name, value(i), how, who);
        std::set<std::size_t> drawn;
        for (const std::size_t from : step.from)
            if (drawn.insert(from).second)
                out_.dot += fmt::format(" s{}->s{}{}\n", from, i,
                                        open && known_to_a_watcher(from)
                                            ? fmt::format("[color=\"{}\" penwidth=2]", clear_shade)
                                            : std::string());
    }
    // What each end draws and says stands above; whoever is nearer to whom, left and right.
    void keep_in_rows() {
        std::string row;
        for (const std::string_view id : {"tls.keys.client_private", "tls.keys.client_share",
                                          "tls.keys.server_share", "tls.keys.server_private"})
            for (std::size_t i = 0; i < steps_.size(); ++i)
                if (steps_[i].id == id) row += fmt::format("{}s{}", row.empty() ? "" : "->", i);
        if (!row.empty()) out_.dot += " {rank=same; " + row + "[style=invis]}\n";
        // The share is that of the private key.
        for (std::size_t i = 1; i < steps_.size(); ++i) {
            const std::string_view whose =
                steps_[i].id == "tls.keys.client_private"   ? "tls.keys.client_share"
                : steps_[i].id == "tls.keys.server_private" ? "tls.keys.server_share"
                                                            : "";
            for (std::size_t j = 0; j < steps_.size() && !whose.empty(); ++j)
                if (steps_[j].id == whose)
                    out_.dot += fmt::format(" s{}->s{}[style=dashed constraint=false label=<{}>]\n",
                                            i, j, styled(font, 8, muted, "  makes"));
        }
    }
    void draw_watcher(std::size_t w) {
        const KeyWatcher& watcher = its_.watchers[w];
        const std::string said = tls::verdict(trace_, its_, watcher);
        const bool opens = watcher.holds || watcher.opened_earlier;
        std::string label =
            fmt::format("<b>{}</b>", styled(font, 12, ink, host_title(trace_, watcher.who)));
        for (const std::string& line : lines_of(said))
            label += "<br/>" + styled(font, 9, opens ? clear_shade : ink, line);
        out_.dot += fmt::format(
            " w{0}[id=\"watcher_{0}\" shape=box style=\"filled\" fillcolor=\"{1}\" color=\"{2}\" "
            "penwidth=2 label=<{3}>]\n",
            w, watcher_ground, opens ? clear_shade : frame_shade, label);
        out_.caption.groups[fmt::format("watcher_{}", w)] = said;
        sentences_ += said + ". ";
        for (std::size_t i = 0; i < steps_.size(); ++i)
            if (sees(i))
                out_.dot += fmt::format(" s{}->w{}[style=dashed arrowhead=open label=<{}>]\n", i, w,
                                        styled(font, 8, muted, "  seen"));
        aim(w, watcher);
    }
    // What was sent of the agreement itself.
    bool sees(std::size_t i) const {
        const std::string_view id = steps_[i].id;
        return id == "tls.keys.client_share" || id == "tls.keys.server_share" ||
               id == "tls.keys.encrypted_premaster";
    }
    // Where the way of the watcher leads, or ends.
    void aim(std::size_t w, const KeyWatcher& watcher) {
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            const std::string_view id = steps_[i].id;
            const bool first_secret = id == "tls.keys.shared_secret" ||
                                      id == "tls.keys.premaster_secret" ||
                                      id == "tls.keys.earlier_master_secret";
            if (watcher.holds == i)
                out_.dot += fmt::format(" s{}->w{}[color=\"{}\" penwidth=2 label=<{}>]\n", i, w,
                                        clear_shade, styled(font, 9, clear_shade, "  stolen"));
            if (!first_secret) continue;
            const bool opens = its_.knows(watcher, i);
            out_.dot += opens
                            ? fmt::format(" w{}->s{}[color=\"{}\" penwidth=2 label=<{}>]\n", w, i,
                                          clear_shade, styled(font, 9, clear_shade, "  opens"))
                            : fmt::format(
                                  " w{}->s{}[color=\"{}\" style=dotted arrowhead=tee "
                                  "label=<{}>]\n",
                                  w, i, altered_shade, styled(font, 9, altered_shade, "  no way"));
        }
    }
    // A label stays on one line.
    static std::string labels_held(const std::string& recipe) {
        std::string out;
        bool quoted = false;
        for (const char c : recipe) {
            quoted = quoted != (c == '"');
            out += c == ' ' && quoted ? "\u00a0" : std::string(1, c);
        }
        return out;
    }
    static std::vector<std::string> lines_of(const std::string& text) {
        constexpr std::size_t widest = 46;
        std::vector<std::string> out(1);
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find(' ', at), text.size());
            const std::string word = text.substr(at, end - at);
            if (!out.back().empty() && out.back().size() + word.size() > widest) out.emplace_back();
            out.back() += (out.back().empty() ? "" : " ") + word;
            at = end + 1;
        }
        return out;
    }
    std::string legend() const {
        const auto cell = [](std::string_view shade, std::string_view text,
                             std::string_view line = frame_shade) {
            return fmt::format("<td border=\"1\" bgcolor=\"{}\" color=\"{}\">{}</td>", shade, line,
                               styled(font, 8.5, ink, text));
        };
        const auto alone = [&](HostId host) {
            return fmt::format("{} alone", host_title(trace_, host));
        };
        return fmt::format(
            "<table border=\"0\" cellborder=\"0\" cellspacing=\"4\"><tr><td>{}</td>{}{}{}{}</tr>"
            "</table>",
            styled(font, 8.5, muted, "who knows it:"),
            cell(watcher_ground, "everybody on the path"),
            cell(fill(Role::sender), alone(its_.client)),
            cell(fill(Role::receiver), alone(its_.server)),
            cell(secret_ground, "both ends", encrypted_shade));
    }

    const Trace& trace_;
    const Negotiation& its_;
    const std::vector<KeyStep>& steps_;
    Drawn out_;
    std::string sentences_;
};

const Negotiation* choose(const std::vector<Negotiation>& all, ConnectionId connection) {
    constexpr std::uint16_t https = 443;
    const auto first = [&](auto&& is) -> const Negotiation* {
        const auto found = std::ranges::find_if(all, is);
        return found == all.end() ? nullptr : &*found;
    };
    if (connection != ConnectionId::none)
        return first([&](const Negotiation& n) { return n.connection == connection; });
    if (const auto* const mail =
            first([](const Negotiation& n) { return n.finished && n.port != https; }))
        return mail;
    const auto* const any = first([](const Negotiation& n) { return n.finished; });
    return any != nullptr || all.empty() ? any : &all.front();
}

// The other handshakes of the run, and how one asks for them.
std::string others_of(const Trace& trace, const std::vector<Negotiation>& all,
                      const Negotiation& chosen) {
    constexpr std::size_t most = 12;
    std::vector<std::uint32_t> numbers;
    std::string
        beyond;  // Who ends TLS between two hosts has another session on the same connection.
    for (const Negotiation& n : all)
        if (n.connection != chosen.connection)
            numbers.push_back(static_cast<std::uint32_t>(n.connection));
        else if (&n != &chosen)
            beyond = fmt::format(
                "on the same connection {} has a session of its own with {} (show "
                "--keys tells it)",
                host_title(trace, n.client), host_title(trace, n.server));
    if (numbers.empty()) return beyond;
    const std::size_t more = numbers.size() > most ? numbers.size() - most : 0;
    numbers.resize(numbers.size() - more);
    return fmt::format("{}{}this run has more handshakes, on connection{} {}{} (--connection)",
                       beyond, beyond.empty() ? "" : "; ", numbers.size() + more == 1 ? "" : "s",
                       fmt::join(numbers, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
}

}  // namespace

std::optional<Drawn> keys_of(const Trace& trace, std::optional<std::uint64_t> seed,
                             const std::string& title, ConnectionId connection) {
    const std::vector<Negotiation> all = tls::negotiations_of(trace, seed);
    const Negotiation* const chosen = choose(all, connection);
    const std::size_t at = title.find("::");
    const std::string short_title = at == std::string::npos ? title : title.substr(at + 2);
    if (chosen != nullptr)
        return KeyMap(trace, *chosen).draw(short_title, others_of(trace, all, *chosen));
    if (connection != ConnectionId::none) return std::nullopt;
    constexpr std::string_view none =
        "No server answered a TLS handshake in this run: no key was negotiated.";
    Drawn out;
    out.caption.title = short_title;
    out.caption.description = none;
    out.dot = fmt::format(
        "digraph keys {{\n graph[bgcolor=white pad=0.25 fontname=\"{0}\" labelloc=t "
        "label=<<b>{1}</b>>]\n none[shape=plain label=<{2}>]\n}}\n",
        font, styled(font, 13, ink, short_title), styled(font, 10, ink, none));
    return out;
}

}  // namespace visualize
