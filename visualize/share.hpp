#pragma once
// The share curve: of the mails of each period, how many crossed in clear text, encrypted,
// authenticated.
#include <string>
#include <vector>

#include "sim/core/units.hpp"
#include "visualize/caption.hpp"

namespace visualize {

/// From the best protected, which is drawn lowest.
enum class Protection : std::uint8_t { authenticated, encrypted, clear };
constexpr std::size_t protections = 3;
std::string_view word(Protection protection);

/// A mail that crossed, and when, since the world began.
struct Crossed {
    core::Duration at;
    Protection protection = Protection::clear;
};
/// From `from` until the next one's.
struct Period {
    core::Duration from;
    std::size_t counts[protections] = {};  ///< By Protection.
    std::size_t all() const { return counts[0] + counts[1] + counts[2]; }
};
/// Periods of one length without a gap; some may have no mail.
struct ShareCurve {
    std::string title,
        counted;            ///< What was counted: "mails between the gateways of 20 companies".
    core::Duration length;  ///< Of a period.
    std::vector<Period> periods;
    std::size_t mails = 0, with_mail = 0;  ///< Of the periods: how many have one.
};
/// Of mails in order of time. The length of the periods is a round one, so that there are 60 at
/// most, and as few as tell the same bursts of mail apart.
ShareCurve share_curve(const std::string& title, const std::string& counted,
                       const std::vector<Crossed>& mails);

/// A drawing that anybody can paint: points, from the upper left corner downwards.
struct Chart {
    enum class Paint : std::uint8_t {
        authenticated,
        encrypted,
        clear,
        mails,
        grid,
        in_ink,
        in_grey,
        on_dark
    };
    struct Shape {
        enum class Kind : std::uint8_t { box, line, text } kind = Kind::box;
        Paint paint = Paint::in_ink;
        double x = 0, y = 0;  ///< Upper left corner; where it begins; the middle of a text.
        double width = 0, height = 0;  ///< Of a line: how far it goes on. Of a text: width alone.
        std::string words;             ///< A text, or what a box says.
        double size = 0;               ///< Of a text's letters.
        bool from_left = false;        ///< A text that begins at `x`.
    };
    double width = 0, height = 0;
    std::vector<Shape> shapes;
    Caption caption;
};
std::string_view word(Chart::Paint paint);
Chart share_chart(const ShareCurve& curve);
/// A period with mail as a sentence: "0.000 s to 12 h 0 min: 20 mails, 25 % in clear text, …".
std::string share_line(const ShareCurve& curve, const Period& period);
/// All that have mail.
std::vector<std::string> share_lines(const ShareCurve& curve);
/// The chart for Graphviz, with every position pinned.
Drawn share_dot(const Chart& chart);

}  // namespace visualize
