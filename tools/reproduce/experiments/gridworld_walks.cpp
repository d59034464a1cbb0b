// "Peter and the Wolf": the random walks of both sections, a million each.

#include <algorithm>
#include <cmath>
#include <vector>

#include <lockstep/statistics.hpp>

#include "engine/finite/board.hpp"
#include "tools/reproduce/experiments/comparison.hpp"
#include "tools/reproduce/experiments/lists.hpp"
#include "tools/reproduce/experiments/processes.hpp"

namespace lockstep {
namespace {

constexpr std::int64_t walks = random_walk_count;

double longest(const std::vector<Episode>& episodes) {
    return std::ranges::max_element(episodes, {}, &Episode::length)->length;
}

ExperimentResult apple_walks(const Common& common, const Json& published, const ProgressCallback&) {
    const std::vector<Episode> walked =
        random_walks(common, "Gridworld-v0", {{"rules", "walking"}});
    std::vector<double> paths;
    for (const Episode& e : walked) {
        if (e.last_reward > 0) paths.push_back(e.length);
    }
    const double share = static_cast<double>(paths.size()) / static_cast<double>(walks);
    Comparison comparison(published);
    comparison.add("success", estimate_share(share, walks));
    comparison.add_mean("mean_path", paths);
    comparison.add_only_measured("sd_path", standard_deviation(paths));
    comparison.add_only_measured("eaten_of_100", 100 * (1 - share));
    comparison.add_only_measured("longest", longest(walked));
    return comparison.finish();
}

ExperimentResult wolf_walks(const Common& common, const Json& published, const ProgressCallback&) {
    const std::vector<Episode> walked =
        random_walks(common, "GridworldHard-v0", {{"observe", "cell"}});
    const Board board = parse_boards(tutorial_board, "").front();
    double won = 0, killed = 0, drowned = 0;
    for (const Episode& e : walked) {
        const Cell cell = board.cells[static_cast<std::size_t>(e.last_state)];
        ++(cell == Cell::water ? drowned : e.last_reward > 0 ? won : killed);
    }
    Comparison comparison(published);
    const auto add = [&](const char* name, double count) {
        comparison.add(name, estimate_share(count / walks, walks));
    };
    add("won", won), add("killed", killed), add("drowned", drowned);
    comparison.add_only_measured("won_of_100", 100 * won / walks);
    comparison.add_only_measured("killed_of_100", 100 * killed / walks);
    comparison.add_only_measured("drowned_of_100", 100 * drowned / walks);
    comparison.add_only_measured("longest", longest(walked));
    return comparison.finish();
}

}  // namespace

std::span<const Experiment> gridworld_walk_experiments() {
    static constexpr Experiment rows[] = {
        {"gridworld-random-walk",
         "Peter and the Wolf, section 1: random walks to an apple or the wolf, a hundred of them "
         "there",
         R"({"mean_path": 32.87096774193548, "eaten_of_100": 7,
         "reference": {"what": "exact, by linear algebra", "success": 0.8833532280435593,
             "mean_path": 31.598569888577106, "sd_path": 36.60839384054135,
             "eaten_of_100": 11.664677195644067},
         "target": {"success": [0.88135, 0.88535], "mean_path": [31.4, 31.8]}})",
         apple_walks},
        {"gridworld-hard-random-walk",
         "Peter and the Wolf, section 2: random walks to the wolf or into the water, a hundred of "
         "them "
         "there",
         R"({"killed_of_100": 5, "won_of_100": 1, "drowned_of_100": 94,
         "reference": {"what": "exact, by linear algebra", "won": 0.03165657652216073,
             "killed": 0.03454841256192207, "drowned": 0.9337950109159168},
         "target": {"won": [0.0307, 0.0327], "killed": [0.0335, 0.0355],
             "drowned": [0.9328, 0.9348]}})",
         wolf_walks},
    };
    return rows;
}

}  // namespace lockstep
