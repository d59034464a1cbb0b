
#include "tools/sweep/rows.hpp"

#include <cmath>

namespace lockstep::sweep {

Json values_json(const Space& space, std::span<const double> values) {
    Json json = Json::object();
    for (int i = 0; i < space.size(); ++i) {
        const double value = values[static_cast<std::size_t>(i)];
        if (std::isnan(value)) continue;
        const SearchParameter& p = space[i];
        json[p.name] = p.scale == Scale::choice ? Json(space.text(i, value))
                                                : number_json(value, p.scale == Scale::integer);
    }
    return json;
}

Json row_json(const Study& study, const TrialRow& row) {
    Json json = {{"trial", row.trial},       {"role", name(row.role)},
                 {"stage", row.stage},       {"generation", row.generation},
                 {"state", name(row.state)}, {"parameters", values_json(study.space, row.values)},
                 {"budget", row.budget},     {"first_seed", row.first_seed},
                 {"seeds", row.seeds},       {"scores", row.scores},
                 {"steps", row.steps}};
    if (!row.message.empty()) json["message"] = row.message;
    return json;
}

}  // namespace lockstep::sweep
