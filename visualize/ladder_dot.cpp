// The layout of the ladder: ours, in points. y grows upwards in DOT, so rows go down from zero.
#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "visualize/dress.hpp"
#include "visualize/ladder.hpp"
#include "visualize/ladder_words.hpp"

namespace visualize {

using namespace core;
using namespace trace;

namespace {

constexpr double head_height = 40, head_width = 150, least_gap = 175, label_room = 34;

std::string_view colour(Style style) {
    switch (style) {
        case Style::clear: return "#b3470d";
        case Style::encrypted: return "#0b7a5b";
        case Style::altered: return "#a3165f";
    }
    return ink;
}
std::string arrow(Style style) {
    const std::string_view c = colour(style);
    switch (style) {
        case Style::clear: return fmt::format("color=\"{}\"", c);
        case Style::encrypted: return fmt::format("color=\"{0}:#ffffff:{0}\" penwidth=1.6", c);
        case Style::altered: return fmt::format("color=\"{}\" style=dashed penwidth=1.8", c);
    }
    return {};
}
struct NoteColours {
    std::string_view fill, line;
};
NoteColours note_colours(Tone tone) {
    switch (tone) {
        case Tone::neutral: return {"#f3f5f7", "#aeb8c2"};
        case Tone::good: return {"#e9f6ef", "#7fb89c"};
        case Tone::bad: return {"#fff4dc", "#d9a441"};
    }
    return {"#ffffff", "#000000"};
}

std::string message_label(const Row& row) {
    std::string out =
        R"(<table border="0" cellborder="0" cellspacing="0" cellpadding="1"><tr><td>)" +
        styled(mono, 10.5, colour(row.style), row.head) + "</td></tr>";
    if (!row.detail.empty())
        out += "<tr><td>" + styled(font, 8.5, muted, row.detail) + "</td></tr>";
    return out + "</table>";
}
std::string label_of(const Row& row) {
    return row.kind == Row::Kind::message ? message_label(row) : styled(font, 10, ink, row.head);
}

class Drawing {
  public:
    Drawing(const Ladder& ladder, const Measure& measure) : ladder_(ladder), measure_(measure) {}
    std::string draw() {
        measure_labels();
        place_lanes();
        for (std::size_t i = 0; i < ladder_.rows.size(); ++i) draw_row(i);
        const double bottom = y_ - 16;
        std::string out = header() + lanes(bottom) + body_;
        return out + legend(bottom - head_height - 28) + "}\n";
    }

  private:
    void measure_labels() {
        std::vector<std::string> labels;
        for (const Row& row : ladder_.rows) labels.push_back(label_of(row));
        sizes_ = measure_(labels);
        std::vector<std::string> heads;
        for (const Lane& lane : ladder_.lanes) heads.push_back(styled(font, 12, ink, lane.title));
        head_sizes_ = measure_(heads);
    }
    std::size_t lane_index(HostId host) const {
        for (std::size_t i = 0; i < ladder_.lanes.size(); ++i)
            if (ladder_.lanes[i].host == host) return i;
        return 0;
    }
    double head_width_of(std::size_t lane) const {
        if (lane >= head_sizes_.size()) return head_width;  // a world without hosts
        return std::max(head_width, head_sizes_[lane].width + 26);
    }

    // The smallest gaps that leave room for every label.
    void place_lanes() {
        std::vector<double> gaps(ladder_.lanes.empty() ? 0 : ladder_.lanes.size() - 1, least_gap);
        for (std::size_t i = 0; i < gaps.size(); ++i)
            gaps[i] = std::max(gaps[i], (head_width_of(i) + head_width_of(i + 1)) / 2 + 20);
        for (std::size_t i = 0; i < ladder_.rows.size(); ++i) {
            const Row& row = ladder_.rows[i];
            if (row.kind != Row::Kind::message) continue;
            const std::size_t a = std::min(lane_index(row.from), lane_index(row.to));
            const std::size_t b = std::max(lane_index(row.from), lane_index(row.to));
            double have = 0;
            for (std::size_t k = a; k < b; ++k) have += gaps[k];
            const double missing = sizes_[i].width + label_room - have;
            for (std::size_t k = a; missing > 0 && k < b; ++k)
                gaps[k] += missing / static_cast<double>(b - a);
        }
        x_.push_back(0);
        for (const double gap : gaps) x_.push_back(x_.back() + gap);
        left_ = -head_width_of(0) / 2 - 120;
        right_ = x_.back() + head_width / 2 + 20;
        for (std::size_t i = 0; i < ladder_.rows.size(); ++i)
            if (ladder_.rows[i].kind == Row::Kind::note)
                right_ = std::max(right_, note_left(ladder_.rows[i], i) + sizes_[i].width + 34);
    }
    // A note begins at its lane, and stays inside the picture where it can.
    double note_left(const Row& row, std::size_t i) const {
        const double at = x_[lane_index(row.from)] - 12;
        const double latest = x_.back() + head_width / 2 - sizes_[i].width - 24;
        return std::max(left_ + 96, std::min(at, latest));
    }

    std::string point(std::string_view name, double x, double y, std::string_view shade) const {
        return fmt::format(
            " {}[shape=point width=0.01 height=0.01 label=\"\" color=\"{}\" "
            "pos=\"{:.1f},{:.1f}!\"]\n",
            name, shade, x, y);
    }

    void draw_row(std::size_t i) {
        const Row& row = ladder_.rows[i];
        switch (row.kind) {
            case Row::Kind::phase: return draw_phase(i);
            case Row::Kind::note: return draw_note(i);
            case Row::Kind::gap: return draw_gap(i);
            case Row::Kind::message: return draw_message(i);
        }
    }
    void draw_phase(std::size_t i) {
        y_ -= i == 0 ? 18 : 30;
        body_ += fmt::format(
            " ph{}[id=\"event_{}\" class=\"phase\" shape=box style=filled fillcolor=\"#eef1f4\" "
            "color=\"#eef1f4\" width={:.3f} "
            "height=0.27 fixedsize=true "
            "label=<<b>{}</b>> pos=\"{:.1f},{:.1f}!\"]\n",
            i, ladder_.rows[i].event, (right_ - left_) / 72,
            styled(font, 10, ink, fmt::format("{}   {}", ++phases_, ladder_.rows[i].head)),
            (left_ + right_) / 2, y_);
        y_ -= 14;
    }
    void draw_gap(std::size_t i) {
        y_ -= 20;
        body_ += point(fmt::format("ga{}", i), left_, y_, lifeline) +
                 point(fmt::format("gb{}", i), right_, y_, lifeline);
        body_ += fmt::format(" ga{0}->gb{0}[arrowhead=none style=dotted color=\"#8a96a3\"]\n", i);
        body_ += fmt::format(
            " gl{}[style=filled fillcolor=white color=white label=<{}> pos=\"{:.1f},{:.1f}!\"]\n",
            i, styled(font, 9, muted, "⋯  " + ladder_.rows[i].head + "  ⋯"), (left_ + right_) / 2,
            y_);
        y_ -= 8;
    }
    void draw_note(std::size_t i) {
        const Row& row = ladder_.rows[i];
        const NoteColours c = note_colours(row.tone);
        const double width = sizes_[i].width + 24;
        y_ -= 24;
        body_ += fmt::format(
            " no{}[id=\"event_{}\" class=\"note\" shape=note style=filled fillcolor=\"{}\" "
            "color=\"{}\" width={:.3f} height=0.30 "
            "fixedsize=true label=<{}> pos=\"{:.1f},{:.1f}!\"]\n",
            i, row.event, c.fill, c.line, width / 72, label_of(row), note_left(row, i) + width / 2,
            y_);
        y_ -= 10;
    }
    void draw_message(std::size_t i) {
        const Row& row = ladder_.rows[i];
        ++messages_;
        y_ -= sizes_[i].height + 13;
        const double from = x_[lane_index(row.from)];
        const double to = x_[lane_index(row.to)];
        const std::string_view c = colour(row.style);
        const std::string tip = label_text(fmt::format("{}, {}", row.head, word(row.style)));
        body_ +=
            point(fmt::format("a{}", i), from, y_, c) + point(fmt::format("b{}", i), to, y_, c);
        body_ += fmt::format(
            " a{0}->b{0}[id=\"{1}\" class=\"{2}\" {3} arrowhead=normal tooltip=\"{4}\"]\n", i,
            id_of(row), word(row.style), arrow(row.style), tip);
        body_ += fmt::format(
            " l{}[id=\"{}_words\" class=\"{}\" style=filled fillcolor=white color=white "
            "label=<{}> "
            "pos=\"{:.1f},{:.1f}!\"]\n",
            i, id_of(row), word(row.style), label_of(row), (from + to) / 2,
            y_ + sizes_[i].height / 2 + 4);
        for (std::size_t k = 0; k < row.glances.size(); ++k) {
            const bool readable = row.glances[k].sight == Glance::Sight::readable;
            body_ += fmt::format(
                " e{}_{}[shape=circle width=0.11 height=0.11 fixedsize=true label=\"\" "
                "style=filled fillcolor=\"{}\" color=\"{}\" penwidth=1.3 pos=\"{:.1f},{:.1f}!\" "
                "tooltip=\"{}\"]\n",
                i, k, readable ? c : std::string_view("#ffffff"), c,
                x_[lane_index(row.glances[k].watcher)], y_,
                readable ? "readable on the path" : "sealed on the path");
        }
        body_ += fmt::format(" c{}[label=<{}> pos=\"{:.1f},{:.1f}!\"]\n", i,
                             styled(mono, 8.5, muted, clock_text(row.at)), left_ + 30, y_);
        body_ += fmt::format(
            " s{}[shape=circle width=0.24 height=0.24 fixedsize=true style=filled fillcolor=\"{}\" "
            "color=\"{}\" label=<{}> pos=\"{:.1f},{:.1f}!\"]\n",
            i, c, c, styled(font, messages_ > 99 ? 6.5 : 8.5, "#ffffff", std::to_string(messages_)),
            left_ + 78, y_);
        y_ -= 8;
    }

    std::string header() const {
        return fmt::format(
            "digraph ladder {{\n graph[bgcolor=white pad=0.25 splines=line fontname=\"{0}\" "
            "outputorder=edgesfirst tooltip=\"{1}\"]\n"
            " node[fontname=\"{0}\" fontsize=10 shape=plain margin=0]\n edge[fontname=\"{0}\" "
            "arrowsize=0.75 penwidth=1.4]\n"
            " title[label=<<b>{2}</b>> pos=\"{3:.1f},52!\"]\n",
            font, label_text(ladder_.title), styled(font, 13, ink, title_of(ladder_)),
            (left_ + right_) / 2);
    }
    std::string lanes(double bottom) const {
        std::string out;
        for (std::size_t i = 0; i < ladder_.lanes.size(); ++i) {
            const Lane& lane = ladder_.lanes[i];
            for (const auto& [tag, y] :
                 {std::pair{'t', 0.0}, std::pair{'z', bottom - head_height / 2}})
                out += fmt::format(
                    " h{}{}[shape=box style=\"rounded,filled\" fillcolor=\"{}\" color=\"#8a96a3\" "
                    "width={:.3f} height={:.3f} fixedsize=true label=<<b>{}</b><br/>{}> "
                    "pos=\"{:.1f},{:.1f}!\"]\n",
                    i, tag, fill(lane.role), head_width_of(i) / 72, head_height / 72,
                    styled(font, 12, ink, lane.title), styled(mono, 8.5, muted, lane.subtitle),
                    x_[i], y);
            out += point(fmt::format("u{}", i), x_[i], -head_height / 2, lifeline) +
                   point(fmt::format("v{}", i), x_[i], bottom, lifeline);
            const bool on_path = lane.role == Role::watcher || lane.role == Role::attacker;
            out += fmt::format(" u{0}->v{0}[arrowhead=none color=\"{1}\" penwidth=1.2 style={2}]\n",
                               i, lifeline, on_path ? "dashed" : "solid");
        }
        return out;
    }
    std::string legend(double y) const {
        struct Entry {
            Style style;
            std::string_view text;
        };
        static constexpr Entry entries[] = {
            {Style::clear, "clear text: anyone on the path can read it"},
            {Style::encrypted, "inside TLS (double line)"},
            {Style::altered, "altered on the way (dashed)"}};
        std::vector<std::string> labels;
        for (const Entry& e : entries) labels.push_back(styled(font, 9.5, ink, e.text));
        const std::vector<Size> sizes = measure_(labels);
        std::string out;
        double x = left_ + 20;
        // A narrow picture has its legend in several lines.
        const auto make_room = [&](double width) {
            if (x == left_ + 20 || x + width <= right_) return;
            x = left_ + 20;
            y -= 18;
        };
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            make_room(48 + sizes[i].width);
            const std::string_view c = colour(entries[i].style);
            out += point(fmt::format("ka{}", i), x, y, c) +
                   point(fmt::format("kb{}", i), x + 38, y, c);
            out += fmt::format(" ka{0}->kb{0}[{1}]\n", i, arrow(entries[i].style));
            out += fmt::format(" kl{}[label=<{}> pos=\"{:.1f},{:.1f}!\"]\n", i, labels[i],
                               x + 48 + sizes[i].width / 2, y);
            x += 48 + sizes[i].width + 34;
        }
        const std::string dots =
            styled(font, 9.5, ink, "● readable on the path   ○ sealed on the path");
        const double width = measure_({dots}).front().width;
        make_room(width);
        out += fmt::format(" kd[label=<{}> pos=\"{:.1f},{:.1f}!\"]\n", dots, x + width / 2, y);
        return out;
    }

    const Ladder& ladder_;
    const Measure& measure_;
    std::vector<Size> sizes_, head_sizes_;
    std::vector<double> x_;
    double left_ = 0, right_ = 0, y_ = -head_height / 2 - 2;
    int phases_ = 0, messages_ = 0;
    std::string body_;
};

}  // namespace

std::string ladder_dot(const Ladder& ladder, const Measure& measure) {
    return Drawing(ladder, measure).draw();
}

}  // namespace visualize
