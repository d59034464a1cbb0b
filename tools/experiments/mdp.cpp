// The Markov chain and the Markov decision process of Geron's notebook, as printed.

#include <string>

#include <lockstep/agents/replay/mdp_replay.hpp>
#include <lockstep/tools/experiments/comparison.hpp>
#include <lockstep/tools/experiments/lists.hpp>

namespace lockstep {
namespace {

// The tutorial fixes its own seeds: --seed changes nothing.
Findings chain(const Common&, const Json& published, const Progress&) {
    const auto runs = replay_markov_chain(42, 10);
    Json measured;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        measured["transitions_" + std::to_string(i + 1)] = runs[i].size() - 1;
    }
    const bool equal = Json(runs) == published.at("runs");
    return {measured,
            Json::object(),
            equal ? exact_verdict(measured, published) : "differs",
            {{"runs", runs}}};
}

Findings q_learning(const Common&, const Json& published, const Progress&) {
    const MdpLearning learning = replay_mdp_q_learning(42, 10'000);
    const Json measured{{"q_s0_a0", learning.q[0][0]}, {"q_s0_a1", learning.q[0][1]},
                        {"q_s0_a2", learning.q[0][2]}, {"q_s1_a0", learning.q[1][0]},
                        {"q_s1_a2", learning.q[1][2]}, {"q_s2_a1", learning.q[2][1]}};
    return {measured,
            Json::object(),
            exact_verdict(measured, published.at("reference")),
            {{"q_s0_a0_by_step", learning.first_value}}};
}

constexpr Experiment rows[] = {
    {"markov-chain-published",
     "Geron's reinforcement learning notebook: ten runs of a Markov chain, np.random.seed(42)",
     R"({"transitions_1": 2, "transitions_2": 10, "transitions_3": 22, "transitions_4": 1,
         "transitions_5": 16, "transitions_6": 2, "transitions_7": 52, "transitions_8": 8,
         "transitions_9": 22, "transitions_10": 6,
         "runs": [[0, 0, 3], [0, 1, 2, 1, 2, 1, 2, 1, 2, 1, 3],
             [0, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 3], [0, 3],
             [0, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 3], [0, 1, 3],
             [0, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1,
              2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 3],
             [0, 0, 0, 1, 2, 1, 2, 1, 3],
             [0, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 3],
             [0, 0, 0, 1, 2, 1, 3]]})",
     chain},
    {"mdp-q-learning-published",
     "Geron's reinforcement learning notebook: Q-learning of a decision process, "
     "np.random.seed(42)",
     R"({"reference": {"what": "the notebook's program under NumPy; the notebook draws only its curve",
             "q_s0_a0": 18.776212890716877, "q_s0_a1": 17.223887198336662,
             "q_s0_a2": 13.745433434395606, "q_s1_a0": 0.0, "q_s1_a2": -8.0048564694182,
             "q_s2_a1": 49.402089208593836}})",
     q_learning},
};

}  // namespace

std::span<const Experiment> mdp_experiments() { return rows; }

}  // namespace lockstep
