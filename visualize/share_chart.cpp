// The layout of the share curve.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "visualize/share.hpp"

namespace visualize {

using namespace core;

namespace {

using Paint = Chart::Paint;
using Shape = Chart::Shape;

// Points.
constexpr double plot_left = 72, plot_width = 720, plot_height = 240, plot_right = 26;
constexpr double strip_height = 54, strip_gap = 34, letter_width = 5.6;
constexpr Paint paints[protections] = {Paint::authenticated, Paint::encrypted, Paint::clear};
constexpr std::string_view meanings[protections] = {"TLS, and the other end proved who it is",
                                                    "TLS, and nobody proved who the other end is",
                                                    "anyone on the path can read it"};

double to_tenths(double x) {
    return static_cast<double>(static_cast<std::int64_t>(x * 10 + (x < 0 ? -0.5 : 0.5))) / 10;
}

// "0", "6 h", "1 d 12 h".
std::string short_time(std::int64_t ns) {
    struct Unit {
        std::int64_t size;
        std::string_view name;
    };
    constexpr Unit units[] = {
        {days(1).ns, "d"}, {hours(1).ns, "h"}, {minutes(1).ns, "min"}, {seconds(1).ns, "s"}};
    std::string out;
    for (const Unit& u : units) {
        if (ns / u.size > 0)
            out += fmt::format("{}{} {}", out.empty() ? "" : " ", ns / u.size, u.name);
        ns %= u.size;
    }
    return out.empty() ? "0" : out;
}

std::vector<std::string> wrapped(const std::string& text, std::size_t most) {
    std::vector<std::string> out{""};
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::string one = text.substr(at, end - at);
        if (!out.back().empty() && out.back().size() + 1 + one.size() > most) out.emplace_back();
        out.back() += (out.back().empty() ? "" : " ") + one;
        at = end + 1;
    }
    return out;
}

class Plot {
  public:
    explicit Plot(const ShareCurve& curve) : curve_(curve) {}
    Chart draw() {
        head();
        if (curve_.periods.empty()) {
            text(Paint::in_grey, plot_left + plot_width / 2, top_ + plot_height / 2, 11,
                 "no mail was delivered");
        } else {
            grid();
            for (std::size_t i = 0; i < curve_.periods.size(); ++i) column(i);
            boundary(1);
            boundary(2);
            for (std::size_t i = 0; i < protections; ++i) name_inside(i);
            strip();
            ticks();
        }
        chart_.width = plot_left + plot_width + plot_right;
        chart_.height = top_ + plot_height + strip_gap + strip_height + 52;
        caption();
        return std::move(chart_);
    }

  private:
    void add(Shape shape) {
        for (double* const one : {&shape.x, &shape.y, &shape.width, &shape.height})
            *one = to_tenths(*one);
        chart_.shapes.push_back(std::move(shape));
    }
    void box(Paint paint, double x, double y, double width, double height, std::string words = {}) {
        add({Shape::Kind::box, paint, x, y, width, height, std::move(words), 0, false});
    }
    void line(Paint paint, double x, double y, double width, double height) {
        add({Shape::Kind::line, paint, x, y, width, height, {}, 0, false});
    }
    void text(Paint paint, double x, double y, double size, std::string words,
              bool from_left = false) {
        const double width = static_cast<double>(words.size()) * letter_width * size / 10;
        add({Shape::Kind::text, paint, x, y, width, 0, std::move(words), size, from_left});
    }

    void head() {
        double y = 20;
        for (const std::string& one : wrapped(curve_.title, 100)) {
            text(Paint::in_ink, plot_left + plot_width / 2, y, 13, one);
            y += 17;
        }
        const std::string each =
            curve_.periods.empty()
                ? curve_.counted
                : fmt::format("{} {}; each column is {} of virtual time", curve_.mails,
                              curve_.counted, short_time(curve_.length.ns));
        text(Paint::in_grey, plot_left + plot_width / 2, y, 10, each);
        y += 22;
        double x = plot_left;
        for (std::size_t i = protections; i-- > 0;) {
            box(paints[i], x, y - 6, 12, 12);
            const std::string_view name = word(static_cast<Protection>(i));
            text(Paint::in_ink, x + 18, y, 9.5, std::string(name), true);
            text(Paint::in_grey, x + 18, y + 13, 8.5, std::string(meanings[i]), true);
            x += 250;
        }
        top_ = y + 34;
    }
    double at_time(std::int64_t ns) const {
        const std::int64_t from = curve_.periods.front().from.ns;
        const double whole =
            static_cast<double>(curve_.length.ns) * static_cast<double>(curve_.periods.size());
        return plot_left + static_cast<double>(ns - from) / whole * plot_width;
    }
    double begin(std::size_t i) const { return at_time(curve_.periods[i].from.ns); }
    double end(std::size_t i) const {
        return at_time(curve_.periods[i].from.ns + curve_.length.ns);
    }
    double at_share(double share) const { return top_ + (1 - share) * plot_height; }
    // The lower and the upper end of a part, from 0 to 1.
    std::pair<double, double> part(std::size_t i, std::size_t which) const {
        const Period& p = curve_.periods[i];
        std::size_t before = 0;
        for (std::size_t k = 0; k < which; ++k) before += p.counts[k];
        const auto all = static_cast<double>(p.all());
        return {static_cast<double>(before) / all,
                static_cast<double>(before + p.counts[which]) / all};
    }

    void grid() {
        for (int quarter = 0; quarter <= 4; ++quarter) {
            const double y = at_share(quarter / 4.0);
            line(Paint::grid, plot_left, y, plot_width, 0);
            text(Paint::in_grey, plot_left - 22, y, 9, fmt::format("{} %", quarter * 25));
        }
    }
    void column(std::size_t i) {
        const Period& p = curve_.periods[i];
        if (p.all() == 0) return;
        const std::string said = share_line(curve_, p);
        for (std::size_t which = 0; which < protections; ++which) {
            if (p.counts[which] == 0) continue;
            const auto [low, high] = part(i, which);
            box(paints[which], begin(i), at_share(high), end(i) - begin(i),
                (high - low) * plot_height, said);
        }
    }
    // The curve itself: where the parts above and below `which` meet.
    void boundary(std::size_t which) {
        std::optional<double> before;
        for (std::size_t i = 0; i < curve_.periods.size(); ++i) {
            if (curve_.periods[i].all() == 0) {
                before.reset();
                continue;
            }
            const double y = at_share(part(i, which).first);
            if (before && *before != y)
                line(Paint::in_ink, begin(i), std::min(*before, y), 0,
                     std::max(*before, y) - std::min(*before, y));
            line(Paint::in_ink, begin(i), y, end(i) - begin(i), 0);
            before = y;
        }
    }
    // A part's name where it has most room.
    void name_inside(std::size_t which) {
        const std::string name(word(static_cast<Protection>(which)));
        const double need = static_cast<double>(name.size()) * letter_width + 10;
        double best = 0, room = 0, x = 0, y = 0;
        for (std::size_t i = 0; i < curve_.periods.size(); ++i) {
            double low = 0, high = 1;
            for (std::size_t k = i; k < curve_.periods.size(); ++k) {
                if (curve_.periods[k].all() == 0) break;
                const auto [from, to] = part(k, which);
                low = std::max(low, from);
                high = std::min(high, to);
                const double width = end(k) - begin(i), height = (high - low) * plot_height;
                if (height < 16) break;
                if (width < need || width * height <= best) continue;
                best = width * height;
                room = height;
                x = begin(i) + width / 2;
                y = at_share((low + high) / 2);
            }
        }
        // No line of the grid strikes it out.
        for (int quarter = 1; quarter < 4; ++quarter)
            if (const double off = y - at_share(quarter / 4.0); off > -9 && off < 9 && room > 40)
                y -= off + 10;
        const Paint paint = which == 1 ? Paint::in_ink : Paint::on_dark;
        if (best > 0) text(paint, x, y, 10.5, name);
    }
    void strip() {
        std::size_t most = 0;
        for (const Period& p : curve_.periods) most = std::max(most, p.all());
        const double floor = top_ + plot_height + strip_gap + strip_height;
        for (std::size_t i = 0; i < curve_.periods.size(); ++i) {
            const Period& p = curve_.periods[i];
            if (p.all() == 0) continue;
            const double height =
                static_cast<double>(p.all()) / static_cast<double>(most) * strip_height;
            box(Paint::mails, begin(i) + 1, floor - height, end(i) - begin(i) - 2, height,
                share_line(curve_, p));
        }
        line(Paint::grid, plot_left, floor, plot_width, 0);
        line(Paint::grid, plot_left, floor - strip_height, plot_width, 0);
        text(Paint::in_grey, plot_left - 22, floor - strip_height, 9, std::to_string(most));
        text(Paint::in_grey, plot_left - 22, floor, 9, "0");
        text(Paint::in_grey, plot_left - 32, floor - strip_height / 2, 9, "mails");
    }
    void ticks() {
        const double floor = top_ + plot_height + strip_gap + strip_height;
        const auto count = static_cast<std::int64_t>(curve_.periods.size());
        const std::int64_t step = curve_.length.ns * ((count + 7) / 8);
        const std::int64_t first = curve_.periods.front().from.ns;
        for (std::int64_t at = first; at <= first + count * curve_.length.ns; at += step) {
            for (const double y : {top_ + plot_height, floor})
                line(Paint::in_grey, at_time(at), y, 0, 4);
            text(Paint::in_grey, at_time(at), floor + 14, 9, short_time(at));
        }
        text(Paint::in_grey, plot_left + plot_width / 2, floor + 32, 9,
             "virtual time since the scenario began");
    }
    void caption() {
        chart_.caption.title = curve_.title;
        std::string& out = chart_.caption.description;
        out = fmt::format("The share of {} in each period of virtual time.", curve_.counted);
        for (const std::string& one : share_lines(curve_)) out += " " + one + ".";
        if (curve_.periods.empty()) out += " No mail was delivered.";
    }

    const ShareCurve& curve_;
    Chart chart_;
    double top_ = 0;
};

}  // namespace

std::string_view word(Chart::Paint paint) {
    switch (paint) {
        case Paint::authenticated: return "authenticated";
        case Paint::encrypted: return "encrypted";
        case Paint::clear: return "clear";
        case Paint::mails: return "mails";
        case Paint::grid: return "grid";
        case Paint::in_ink: return "ink";
        case Paint::in_grey: return "muted";
        case Paint::on_dark: return "on-dark";
    }
    return "ink";
}

Chart share_chart(const ShareCurve& curve) { return Plot(curve).draw(); }

}  // namespace visualize
