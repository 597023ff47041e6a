#include "visualize/graphviz.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>

#include <fmt/core.h>
#include <graphviz/cgraph.h>
#include <graphviz/gvc.h>

#ifdef MAILTLS_SANITIZE
// Graphviz leaks some 13 kB a drawing, and so do the libraries it draws with (docs/traps.md). What
// is ours is still looked for.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libgvc\nleak:libcgraph\nleak:libcdt\nleak:libfontconfig\nleak:libglib\n"
           "leak:libgobject\nleak:libpango\nleak:libcairo\nleak:libgvplugin\n";
}
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }
#endif

namespace visualize {
namespace {

// Graphviz is not thread-safe and takes its arguments without const.
char* loose(const char* text) { return const_cast<char*>(text); }

struct Context {
    Context() : gvc(gvContext()) {}
    Context(const Context&) = delete;
    ~Context() { gvFreeContext(gvc); }
    GVC_t* gvc;
};

// One for the program: to make one costs more than a small diagram.
Context& context() {
    static Context one;
    return one;
}

// What Graphviz complains of while one of these lives. It would tell it to standard error, draw the
// rest, and succeed.
class Complaints {
  public:
    Complaints() : before_(agseterrf(hear)) {
        heard_.clear();
        agreseterrors();
    }
    Complaints(const Complaints&) = delete;
    ~Complaints() { agseterrf(before_); }
    /// Is a plugin missing, of a layout or a format? Throws for any other error.
    bool plugin_missing() const {
        if (agerrors() < AGERR) return false;
        if (heard_.find("not recognized") != std::string::npos) return true;
        while (heard_.ends_with('\n')) heard_.pop_back();
        throw std::runtime_error("Graphviz cannot draw it: " + heard_);
    }

  private:
    static int hear(char* text) {
        if (heard_.size() < 1000) heard_ += text;
        return 0;
    }
    static inline std::string heard_;
    agusererrf before_;
};

// Graphviz keeps subgraphs in the order of their ids, and makes ids of addresses: groups were drawn
// in another order each time. Here an id is the place of its name in the text.
class Ids {
  public:
    /// A graph keeps where it is.
    static Agiddisc_t& discipline() {
        static Agiddisc_t all = [] {
            Agiddisc_t d = AgIdDisc;
            d.open = [](Agraph_t*, Agdisc_t*) -> void* { return new Ids; };
            d.map = [](void* ids, int, char* name, IDTYPE* id, int may_be_new) {
                return Found{static_cast<Ids*>(ids)->find(name, *id, may_be_new != 0)};
            };
            d.alloc = [](void*, int, IDTYPE) { return Found{0}; };
            d.free = [](void*, int, IDTYPE) {};
            d.print = [](void* ids, int, IDTYPE id) { return static_cast<Ids*>(ids)->name_of(id); };
            d.close = [](void* ids) { delete static_cast<Ids*>(ids); };
            return d;
        }();
        return all;
    }

  private:
    using Found = decltype(AgIdDisc.map(nullptr, 0, nullptr, nullptr, 0));

    // Of names they are even, so that none is another's.
    bool find(const char* name, IDTYPE& id, bool may_be_new) {
        if (name == nullptr) {
            id = 2 * ++nameless_ + 1;
            return may_be_new;
        }
        const auto known = ids_.find(name);
        if (known != ids_.end()) {
            id = known->second;
            return true;
        }
        if (!may_be_new) return false;
        names_.push_back(ids_.emplace(name, 2 * (names_.size() + 1)).first->first.c_str());
        id = 2 * names_.size();
        return true;
    }
    char* name_of(IDTYPE id) const { return id % 2 == 0 ? loose(names_[id / 2 - 1]) : nullptr; }

    std::map<std::string, IDTYPE, std::less<>> ids_;
    std::vector<const char*> names_;
    IDTYPE nameless_ = 0;
};

// As agmemread, but for the ids.
Agraph_t* read_dot(std::string_view dot) {
    static Agiodisc_t io = [] {
        Agiodisc_t d = AgIoDisc;
        d.afread = [](void* rest, char* out, int most) {
            std::string_view& text = *static_cast<std::string_view*>(rest);
            const std::size_t size = text.copy(out, static_cast<std::size_t>(most));
            text.remove_prefix(size);
            return static_cast<int>(size);
        };
        return d;
    }();
    Agdisc_t discipline{&AgMemDisc, &Ids::discipline(), &io};
    return agread(&dot, &discipline);
}

struct Graph {
    explicit Graph(Agraph_t* g) : graph(g) {}
    Graph(const Graph&) = delete;
    ~Graph() {
        if (laid_out) gvFreeLayout(context().gvc, graph);
        if (graph != nullptr) agclose(graph);
    }
    bool lay_out(Layout layout = Layout::pinned) {
        const char* const engine = layout == Layout::pinned ? "nop2" : "dot";
        laid_out = graph != nullptr && gvLayout(context().gvc, graph, engine) == 0;
        return laid_out;
    }
    Agraph_t* graph;
    bool laid_out = false;
};

}  // namespace

namespace {

// Graphviz is asked once for all that is new. Empty: it cannot draw.
std::vector<Size> measure_new(const std::vector<std::string_view>& labels) {
    std::string dot = "graph{node[shape=plain margin=0 pos=\"0,0\"]\n";
    for (std::size_t i = 0; i < labels.size(); ++i)
        dot += fmt::format("n{}[label=<{}>]\n", i, labels[i]);
    const Complaints complaints;
    Graph g(read_dot(dot + "}"));
    const bool laid_out = g.lay_out();
    if (complaints.plugin_missing() || !laid_out) return {};
    std::vector<Size> sizes(labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
        Agnode_t* const node = agnode(g.graph, fmt::format("n{}", i).data(), 0);
        if (node != nullptr) sizes[i] = {ND_width(node) * 72, ND_height(node) * 72};
    }
    return sizes;
}

}  // namespace

// Pictures of one gallery have most of their labels in common: a process remembers their sizes.
std::vector<Size> measure(const std::vector<std::string>& labels) {
    constexpr std::size_t most_known = 100'000;
    static std::map<std::string, Size, std::less<>> known;
    if (known.size() > most_known) known.clear();
    std::vector<std::string_view> fresh;
    std::set<std::string_view> asked;
    for (const std::string& label : labels)
        if (!known.contains(label) && asked.insert(label).second) fresh.push_back(label);
    std::vector<Size> out(labels.size());
    if (!fresh.empty()) {
        const std::vector<Size> sizes = measure_new(fresh);
        if (sizes.empty()) return out;
        for (std::size_t i = 0; i < fresh.size(); ++i) known.emplace(fresh[i], sizes[i]);
    }
    for (std::size_t i = 0; i < labels.size(); ++i) out[i] = known.find(labels[i])->second;
    return out;
}

namespace {

// Cairo writes the time of day into a PDF, and from 1.18 on compresses where it stands. Every
// picture is as old as every world: while one of these lives, that is the time (docs/traps.md).
class NoDay {
  public:
    NoDay() {
        if (const char* const zone = std::getenv("TZ")) zone_ = zone;
        setenv("TZ", "UTC0", 1);
        tzset();
        is_no_day = true;
    }
    NoDay(const NoDay&) = delete;
    ~NoDay() {
        is_no_day = false;
        if (zone_)
            setenv("TZ", zone_->c_str(), 1);
        else
            unsetenv("TZ");
        tzset();
    }
    static inline bool is_no_day = false;
    static constexpr std::time_t instead = 1'767'225'600;  ///< 2026-01-01 00:00 UTC.

  private:
    std::optional<std::string> zone_;
};

}  // namespace

std::string render(const std::string& dot, const std::string& format, Layout layout) {
    const Complaints complaints;
    Graph g(read_dot(dot));
    const bool laid_out = g.lay_out(layout);
    if (complaints.plugin_missing() || !laid_out) return {};
    if (format == "png") {
        // Cairo draws no bitmap that is higher or wider; it would tell it to standard error.
        constexpr double most = 32000, finest = 144, inch = 72;
        const boxf box = GD_bb(g.graph);
        const double longest = std::max(box.UR.x - box.LL.x, box.UR.y - box.LL.y) + inch;
        const std::string dots =
            fmt::format("{:.0f}", std::floor(std::min(finest, most / longest * inch)));
        agattr(g.graph, AGRAPH, loose("dpi"), loose(dots.c_str()));
    }
    std::optional<NoDay> no_day;
    if (format == "pdf") no_day.emplace();
    char* data = nullptr;
    unsigned size = 0;
    if (gvRenderData(context().gvc, g.graph, format.c_str(), &data, &size) != 0) return {};
    std::string out(data, size);
    gvFreeRenderData(data);
    if (complaints.plugin_missing()) return {};
    return out;
}

}  // namespace visualize

// Libraries that ask for the time ask this one: the linker lets them see it.
extern "C" std::time_t time(std::time_t* out) noexcept {
    timespec now{visualize::NoDay::instead, 0};
    if (!visualize::NoDay::is_no_day) clock_gettime(CLOCK_REALTIME, &now);
    if (out != nullptr) *out = now.tv_sec;
    return now.tv_sec;
}
