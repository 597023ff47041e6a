#include "harness/report/figures.hpp"

#include <nlohmann/json.hpp>

#include "harness/play/json_text.hpp"

namespace report {

std::string figures_json(const std::vector<Figure>& figures, const std::string& version) {
    play::Json measures = play::Json::array();
    for (const Figure& f : figures) {
        play::Json reference, ratio;
        if (f.reference) reference = {{"what", f.reference->what}, {"value", f.reference->value}};
        if (f.ratio) ratio = *f.ratio;
        measures.push_back({{"name", f.name},
                            {"value", f.value},
                            {"unit", f.unit},
                            {"reference", reference},
                            {"ratio", ratio}});
    }
    return play::indented(
        {{"schema", "mailtls.bench/1"}, {"version", version}, {"measures", measures}});
}

}  // namespace report
