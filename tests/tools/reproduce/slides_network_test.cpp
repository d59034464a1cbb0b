// The slides' networks against PyTorch's recording of their programs: the same initial weights and
// the same updates.

#include "tests/support/numbers.hpp"
#include "tests/support/recorded.hpp"
#include "tools/reproduce/systems/torch_replay.hpp"

namespace lockstep::test {
namespace {

// PyTorch rounds to f32, and sums in a different order.
constexpr double within_torch = 1e-5;

template <class Real>
void check_close(const std::vector<Real>& ours, const Json& theirs) {
    REQUIRE(ours.size() <= theirs.size());
    for (std::size_t k = 0; k < ours.size(); ++k)
        CHECK(static_cast<double>(ours[k]) == Approx(theirs[k].get<double>()).margin(within_torch));
}

double recorded_number(const Json& text) { return test::number_of(text.get<std::string>()); }

}  // namespace

TEMPLATE_TEST_CASE("the slides' DQN learns what PyTorch's did", "[slides]", float, double) {
    const auto golden = recorded("slides/seed002_torch_dqn.json");
    const auto run = replay_slides_dqn<TestType>(5, 0, default_isa());
    const std::vector<float> begun = torch_linear_layers(run.shape, 0);
    const auto& first = golden.at("initial_first");
    for (std::size_t k = 0; k < first.size(); ++k) CHECK(begun[k] == first[k].get<float>());
    for (std::size_t k = 0; k < 5; ++k)
        check_close(run.q_after[k], golden.at("updates")[k].at("q_after"));
    REQUIRE(run.weights.size() == golden.at("after_5_updates").size());
    check_close(run.weights, golden.at("after_5_updates"));
}

TEMPLATE_TEST_CASE("the slides' value network learns what PyTorch's did", "[slides]", float,
                   double) {
    const auto golden = recorded("slides/seed002_torch_value_net.json");
    const auto counts = golden.at("k").get<std::vector<int>>();
    const auto& runs = golden.at("runs");
    const auto ours =
        replay_slides_value<TestType>(static_cast<int>(runs.size()), counts, default_isa());
    for (std::size_t s = 0; s < runs.size(); ++s) {
        for (std::size_t k = 0; k < counts.size(); ++k) {
            CAPTURE(s, counts[k]);
            CHECK(ours[s][k] == Approx(recorded_number(runs[s][k])).margin(within_torch));
        }
    }
}

}  // namespace lockstep::test
