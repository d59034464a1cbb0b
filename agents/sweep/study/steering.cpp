
#include "agents/sweep/study/steering.hpp"

#include <lockstep/error.hpp>

#include "agents/sweep/study/fields.hpp"
#include "agents/sweep/study/slices.hpp"

namespace lockstep::sweep {
namespace {

struct CopyField {
    const Study& from;
    Study& to;
    template <class T>
    void operator()(T Study::*member) const {
        to.*member = from.*member;
    }
    void operator()(const WordMember& member) const { member.set(to, member.get(from)); }
};

}  // namespace

bool can_become(const Study& before, const Study& now) {
    Study steered = before;
    for (const StudyField& field : study_fields())
        if (field.steerable) std::visit(CopyField{now, steered}, field.member);
    if (canonical_text(steered) != canonical_text(now)) return false;
    if (trains_populations(now) && before.trials != now.trials) {
        throw ConfigError(now.where("study.trials") + "trials = " + std::to_string(now.trials) +
                          ", and the store was begun with " + std::to_string(before.trials) +
                          ": pbt shares a learner's budget out over its trials, so that with "
                          "another number of them every one would be another");
    }
    return true;
}

}  // namespace lockstep::sweep
