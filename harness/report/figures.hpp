#pragma once
// What `mailtls bench` measures, as data.
#include <optional>
#include <string>
#include <vector>

namespace report {

/// A figure, beside the one that it is to be compared with.
struct Figure {
    struct Reference {
        std::string what;
        double value;
    };
    std::string name;
    double value;
    std::string unit;  ///< "1/s", "days/s", "ms" or "bytes".
    std::optional<Reference> reference;
    std::optional<double> ratio;  ///< Its time (or size) over the reference's.
    std::string what;             ///< One sentence.
};

/// The text of mailtls.bench/1, indented.
std::string figures_json(const std::vector<Figure>& figures, const std::string& version);

}  // namespace report
