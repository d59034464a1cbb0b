// A large sweep of built-in learners, into a store that goes on after any interruption.
#include <cstdio>

#include <lockstep/lockstep.hpp>

int main(int, char** words) {
    namespace sweep = lockstep::sweep;
    sweep::Study study{.env = "CartPole-v1", .agent = "ppo", .sampler = "tpe", .trials = 32};
    study.space = {{"learning_rate", sweep::log(1e-4, 1e-1)},
                   {"clip_range", sweep::uniform(0.05, 0.4)},
                   {"hidden", sweep::choice("16", "32-32")}};
    study.budget = 2048;  // steps of a learner
    const auto result = sweep::run(study, sweep::open_store(words[1], study));
    std::puts(sweep::report(result).c_str());
}
