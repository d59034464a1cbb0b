
#include "agents/sweep/schedulers/scheduler.hpp"

#include <algorithm>
#include <cmath>

namespace lockstep::sweep {

void rank(std::vector<Contender*>& contenders, const Study& study) {
    std::erase_if(contenders, [](const Contender* c) { return !c->scored(); });
    std::ranges::sort(contenders, [&](const Contender* a, const Contender* b) {
        if (a->budget != b->budget) return a->budget > b->budget;
        if (a->scores.size() != b->scores.size()) return a->scores.size() > b->scores.size();
        const double left = study.loss(a->score()), right = study.loss(b->score());
        return left != right ? left < right : a->trial < b->trial;
    });
}

std::size_t survivors_of(std::size_t count, double eta) {
    return static_cast<std::size_t>(std::ceil(static_cast<double>(count) / eta));
}

double fraction(std::size_t left, std::size_t all) {
    return static_cast<double>(left) / static_cast<double>(all);
}

std::vector<Contender*> pointers(std::span<Contender> contenders) {
    std::vector<Contender*> all;
    for (Contender& c : contenders) all.push_back(&c);
    return all;
}

}  // namespace lockstep::sweep
