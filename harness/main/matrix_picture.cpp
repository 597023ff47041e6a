// Tables with words in them as a picture: letters of one width, which nobody has to measure.
#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "harness/main/matrix_compare.hpp"
#include "visualize/dress.hpp"
#include "visualize/labels.hpp"
#include "visualize/svg.hpp"

namespace program {
namespace {

std::string_view ground_of(report::Sheet::Tint tint) {
    static constexpr std::array<std::string_view, 6> grounds{"white",   "#fff4dc", "#e9f6ef",
                                                             "#f3f5f7", "#f9e6ef", "#e9f6ef"};
    return grounds[static_cast<std::size_t>(tint)];
}

// Places in a picture, in points: letters of one width are three fifths of their height.
constexpr std::size_t margin = 12, line_height = 20, letter = 12, gap = 2;
constexpr std::size_t wide(std::size_t count) { return (count * letter * 3 + 4) / 5; }

class Painter {
  public:
    void paint(const report::Sheet& sheet);
    std::string whole() const;

  private:
    void text(std::size_t x, std::string_view face, std::string_view shade, std::string_view words,
              bool bold = false);

    std::string body_;
    std::size_t y_ = margin, width_ = 0;
};

void Painter::text(std::size_t x, std::string_view face, std::string_view shade,
                   std::string_view words, bool bold) {
    body_ += fmt::format(
        "<text x=\"{}\" y=\"{}\" font-family=\"{}\" font-size=\"{}\"{} fill=\"{}\" "
        "xml:space=\"preserve\">{}</text>\n",
        x, y_ + 14, face, letter, bold ? " font-weight=\"bold\"" : "", shade,
        visualize::label_text(words));
    width_ = std::max(width_, x + wide(report::letters(words)) + margin);
}

void Painter::paint(const report::Sheet& sheet) {
    using visualize::ink, visualize::mono, visualize::muted;
    text(margin, mono, ink, sheet.title, true);
    y_ += line_height + 4;
    const std::vector<std::size_t> widths = report::widths_of(sheet);
    std::vector<std::size_t> x{margin};
    for (const std::size_t one : widths) x.push_back(x.back() + wide(one) + 12);
    for (std::size_t i = 0; i < sheet.columns.size(); ++i)
        text(x[i] + 6, mono, muted, sheet.columns[i]);
    y_ += line_height;
    for (const auto& row : sheet.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            body_ += fmt::format(
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>\n", x[i], y_,
                x[i + 1] - x[i] - gap, line_height - gap, ground_of(row[i].tint));
            text(x[i] + 6, mono, ink, row[i].text, row[i].tint == report::Sheet::Tint::nearest);
        }
        y_ += line_height;
    }
    for (const std::string& line : sheet.below) {
        text(margin, mono, muted, line);
        y_ += line_height;
    }
    y_ += margin;
}

std::string Painter::whole() const {
    return fmt::format(
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg "
               "xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}pt\" height=\"{1}pt\" viewBox=\"0 "
               "0 "
               "{0} {1}\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n",
               width_, y_) +
           body_ + "</svg>\n";
}

}  // namespace

std::string picture_of(const std::vector<report::Sheet>& sheets) {
    Painter painter;
    visualize::Caption caption;
    caption.title = "Where two tables differ";
    for (const report::Sheet& sheet : sheets) {
        painter.paint(sheet);
        caption.description += (caption.description.empty() ? "" : ". ") + sheet.title;
        for (const std::string& line : sheet.below) caption.description += ": " + line;
    }
    return visualize::accessible(painter.whole(), caption);
}

}  // namespace program
