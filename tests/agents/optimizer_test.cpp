// Gradient steps: recorded runs of Keras and PyTorch, and the rules written out plainly.

#include <bit>
#include <cmath>
#include <limits>
#include <memory>

#include "engine/machine/library_kernels.hpp"
#include "tests/support/numbers.hpp"
#include "tests/support/random.hpp"
#include "tests/support/recorded.hpp"

namespace lockstep::test {
namespace {

constexpr std::uint32_t all_lanes = (1U << lane_count) - 1U;
constexpr int parameters = 3;

// Sixteen learners of three weights.
template <class Real>
struct Descent {
    OptimizerKind kind;
    OptimizerLanes<Real> lanes{};
    alignas(64) Real weights[parameters * lane_count] = {};
    alignas(64) Real gradient[parameters * lane_count] = {};
    alignas(64) Real memory[2 * parameters * lane_count] = {};

    explicit Descent(OptimizerKind k) : kind(k) {
        for (int lane = 0; lane < lane_count; ++lane) {
            lanes.learning_rate[lane] = Real(0.01), lanes.beta1[lane] = Real(0.9);
            lanes.beta2[lane] = Real(0.999), lanes.epsilon[lane] = Real(1e-8);
            lanes.power1[lane] = lanes.power2[lane] = lanes.fade[lane] = 1;
        }
    }
    std::uint32_t step(std::uint32_t active = all_lanes, Isa isa = default_isa()) {
        return network_kernels<Real>(isa).optimize(
            {kind, parameters, weights, gradient, memory, &lanes, nullptr, active});
    }
};

void check_stream(const char* name, OptimizerKind kind, double epsilon, double decay) {
    CAPTURE(name);
    const auto golden = recorded("policy_gradient/optimizers.json");
    const auto& stream = golden.at(name);
    REQUIRE(stream.size() == 20);
    constexpr double begins[] = {1, 2, 3}, factors[] = {1, 0.1, -2};
    Descent<double> descent(kind);
    for (int lane = 0; lane < lane_count; ++lane) {
        descent.lanes.epsilon[lane] = epsilon, descent.lanes.decay[lane] = decay;
        for (int p = 0; p < parameters; ++p) descent.weights[p * lane_count + lane] = begins[p];
    }
    for (std::size_t t = 1; t <= stream.size(); ++t) {
        for (int k = 0; k < parameters * lane_count; ++k)
            descent.gradient[k] = std::sin(static_cast<double>(t)) * factors[k / lane_count];
        CHECK(descent.step() == 0);
        for (std::size_t p = 0; p < parameters; ++p) {
            const double theirs = test::number_of(stream[t - 1][p].get<std::string>());
            for (std::size_t lane = 0; lane < lane_count; ++lane)
                CHECK(std::abs(descent.weights[p * lane_count + lane] - theirs) < 1e-12);
        }
    }
}

// One weight, as in the papers.
struct Plain {
    double w, m = 0, v = 0;
    int t = 0;

    void step(OptimizerKind kind, double g, double rate, double b1, double b2, double epsilon,
              double decay) {
        ++t;
        switch (kind) {
            case OptimizerKind::sgd:
                w -= rate * g;
                return;
            case OptimizerKind::momentum:
                m = b1 * m + g;
                w -= rate * m;
                return;
            case OptimizerKind::rmsprop:
                v = b2 * v + (1 - b2) * g * g;
                w -= rate * g / (std::sqrt(v) + epsilon);
                return;
            default:
                if (kind == OptimizerKind::adamw) w -= rate * decay * w;
                m = b1 * m + (1 - b1) * g;
                v = b2 * v + (1 - b2) * g * g;
                w -= rate * (m / (1 - std::pow(b1, t))) /
                     (std::sqrt(v / (1 - std::pow(b2, t))) + epsilon);
        }
    }
};

}  // namespace

TEST_CASE("Nadam and Adam follow Keras's and PyTorch's streams", "[optimizer]") {
    check_stream("nadam_keras3", OptimizerKind::nadam, 1e-7, 1);
    check_stream("nadam_tf210", OptimizerKind::nadam, 1e-7, 0.004);
    check_stream("torch_adam_eps1e-8", OptimizerKind::adam, 1e-8, 0);
}

TEST_CASE("every rule is the plain one, with settings of each lane's own", "[optimizer]") {
    auto random = random_numbers("every rule is the plain one");
    std::uniform_real_distribution<double> unit(0, 1);
    for (const OptimizerKind kind :
         {OptimizerKind::sgd, OptimizerKind::momentum, OptimizerKind::rmsprop, OptimizerKind::adam,
          OptimizerKind::adamw}) {
        CAPTURE(static_cast<int>(kind));
        Descent<double> descent(kind);
        std::vector<Plain> plain;
        for (int lane = 0; lane < lane_count; ++lane) {
            descent.lanes.learning_rate[lane] = 0.1 * unit(random);
            descent.lanes.beta1[lane] = 0.95 * unit(random);
            descent.lanes.beta2[lane] = 0.5 + 0.49 * unit(random);
            descent.lanes.epsilon[lane] = 1e-3 * unit(random);
            descent.lanes.decay[lane] = unit(random);
        }
        for (double& w : descent.weights) plain.push_back({w = 2 * unit(random) - 1});
        for (int t = 0; t < 30; ++t) {
            for (double& g : descent.gradient) g = 2 * unit(random) - 1;
            descent.step();
            for (std::size_t k = 0; k < plain.size(); ++k) {
                const std::size_t lane = k % lane_count;
                const auto& lanes = descent.lanes;
                plain[k].step(kind, descent.gradient[k], lanes.learning_rate[lane],
                              lanes.beta1[lane], lanes.beta2[lane], lanes.epsilon[lane],
                              lanes.decay[lane]);
                // A fused multiply-add rounds once where the plain rule rounds twice: a few ulps
                // per step of numbers below 16.
                CHECK(descent.weights[k] == Approx(plain[k].w).epsilon(1e-12).margin(1e-12));
            }
        }
    }
}

TEST_CASE("a gradient longer than allowed is cut to the length", "[optimizer]") {
    Descent<double> descent(OptimizerKind::sgd);
    for (int lane = 0; lane < lane_count; ++lane) {
        descent.lanes.learning_rate[lane] = 1;
        descent.lanes.max_grad_norm[lane] = lane % 3 == 0 ? 0 : lane;  // 0: no limit
        for (int p = 0; p < parameters; ++p) descent.gradient[p * lane_count + lane] = 3 * p;
    }
    descent.step();
    const double length = std::sqrt(9.0 + 36.0);
    for (int lane = 0; lane < lane_count; ++lane) {
        const double most = descent.lanes.max_grad_norm[lane];
        const double scale = most > 0 && most < length ? most / length : 1;
        for (int p = 0; p < parameters; ++p)
            CHECK(descent.weights[p * lane_count + lane] == Approx(-3 * p * scale).epsilon(1e-14));
    }
}

TEMPLATE_TEST_CASE("a lane that does not step keeps its bits, whatever its gradient", "[optimizer]",
                   float, double) {
    for (int k = 0; k < optimizer_kinds; ++k) {
        CAPTURE(k);
        auto descent = std::make_unique<Descent<TestType>>(static_cast<OptimizerKind>(k));
        for (auto& g : descent->gradient) g = TestType(0.5);
        descent->step();
        descent->gradient[2] = std::numeric_limits<TestType>::infinity();
        const auto before = std::make_unique<Descent<TestType>>(*descent);
        CHECK(descent->step(all_lanes & ~0b100U) == 0);
        const auto column = [](const Descent<TestType>& d, int lane) {
            std::vector<TestType> values;
            for (int p = 0; p < parameters; ++p) values.push_back(d.weights[p * lane_count + lane]);
            for (int p = 0; p < 2 * parameters; ++p)
                values.push_back(d.memory[p * lane_count + lane]);
            values.insert(values.end(),
                          {d.lanes.power1[lane], d.lanes.power2[lane], d.lanes.fade[lane]});
            return values;
        };
        CHECK(column(*descent, 2) == column(*before, 2));
        CHECK(column(*descent, 3) != column(*before, 3));
        CHECK(descent->step() == 0b100U);  // no longer finite; the others are unchanged
    }
}

}  // namespace lockstep::test
