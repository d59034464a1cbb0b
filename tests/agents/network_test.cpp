// Networks in lanes: forward and gradients against finite differences and Eigen, and the same bits
// on every instruction set.

#include <cmath>
#include <vector>

#include <Eigen/Dense>

#include "agents/network/network_spec.hpp"
#include "engine/machine/library_kernels.hpp"
#include "engine/memory/hash.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random.hpp"

namespace lockstep::test {
namespace {

constexpr int samples = 7;  // not a multiple of the kernels' block size
constexpr Activation activations[] = {Activation::identity, Activation::relu,
                                      Activation::elu,      Activation::tanh,
                                      Activation::sigmoid,  Activation::softmax};

// Sixteen networks, their samples, and a loss: a weighted sum of all outputs.
template <class Real>
struct Problem {
    NetworkShape shape;
    std::vector<Real> parameters, rows, deltas, gradient, weight;

    Problem(const NetworkSpec& spec, std::mt19937_64 random)
        : shape(make_shape(spec, 3, 2)),
          parameters(size(shape.parameters)),
          rows(size(samples * shape.rows)),
          deltas(rows.size()),
          gradient(parameters.size()),
          weight(size(samples * shape.outputs)) {
        std::normal_distribution<double> normal;
        for (auto* values : {&parameters, &rows, &weight})
            for (Real& x : *values) x = static_cast<Real>(normal(random));
    }
    static std::size_t size(int rows) { return static_cast<std::size_t>(rows) * lane_count; }
    std::size_t output(int sample, int k) const {
        return size(sample * shape.rows + shape.rows - shape.outputs + k);
    }

    void forward(Isa isa) {
        network_kernels<Real>(isa).forward(shape, parameters.data(), rows.data(), samples);
    }
    Real loss(std::size_t lane) const {
        Real sum = 0;
        for (int s = 0; s < samples; ++s)
            for (int k = 0; k < shape.outputs; ++k)
                sum += weight[size(s * shape.outputs + k) + lane] * rows[output(s, k) + lane];
        return sum;
    }
    void learn(Isa isa) {
        const NetworkKernels<Real>& kernels = network_kernels<Real>(isa);
        forward(isa);
        for (int s = 0; s < samples; ++s)
            for (int k = 0; k < shape.outputs; ++k)
                for (std::size_t lane = 0; lane < lane_count; ++lane)
                    deltas[output(s, k) + lane] = weight[size(s * shape.outputs + k) + lane];
        kernels.output_backward(shape, rows.data(), deltas.data(), samples);
        kernels.backward(shape, parameters.data(), rows.data(), deltas.data(), samples);
        kernels.accumulate_gradients(shape, rows.data(), deltas.data(), samples, gradient.data());
    }
};

NetworkSpec spec_of(Activation hidden, Activation output, bool bias) {
    return {.hidden = {5, 9}, .activations = {hidden}, .output = output, .bias = bias};
}

// Calls visit(spec) for all activations of hidden and output layers, with and without bias.
void for_specs(auto&& visit) {
    for (const Activation hidden : std::span(activations).first(5)) {
        for (const Activation output : activations) {
            for (const bool bias : {true, false}) {
                CAPTURE(name(hidden), name(output), bias);
                visit(spec_of(hidden, output, bias));
            }
        }
    }
}

double plainly(Activation activation, double x) {
    switch (activation) {
        case Activation::relu:
            return x > 0 ? x : 0;
        case Activation::elu:
            return x > 0 ? x : std::expm1(x);
        case Activation::tanh:
            return std::tanh(x);
        case Activation::sigmoid:
            return 1 / (1 + std::exp(-x));
        default:
            return x;
    }
}
double slope_plainly(Activation activation, double x) {
    const double y = plainly(activation, x);
    switch (activation) {
        case Activation::relu:
            return x > 0 ? 1 : 0;
        case Activation::elu:
            return x > 0 ? 1 : std::exp(x);
        case Activation::tanh:
            return 1 - y * y;
        case Activation::sigmoid:
            return y * (1 - y);
        default:
            return 1;
    }
}

using Matrix = Eigen::MatrixXd;

// One lane's rows as [row][sample]; a layer's weights as [output][input].
Matrix sample_rows(const Problem<double>& p, const std::vector<double>& rows, int first, int count,
                   std::size_t lane) {
    Matrix m(count, samples);
    for (int s = 0; s < samples; ++s)
        for (int r = 0; r < count; ++r) m(r, s) = rows[p.size(s * p.shape.rows + first + r) + lane];
    return m;
}
Matrix weights_of(const std::vector<double>& parameters, const LayerShape& layer,
                  std::size_t lane) {
    Matrix m(layer.outputs, layer.inputs);
    for (int o = 0; o < layer.outputs; ++o)
        for (int j = 0; j < layer.inputs; ++j)
            m(o, j) =
                parameters[Problem<double>::size(layer.weights + o * layer.inputs + j) + lane];
    return m;
}

// Sums of a dozen numbers of a few units each, in a different order from Eigen's.
constexpr double rounding = 1e-12;

// Compares one lane with Eigen's products; hidden activations only.
void compare_with_eigen(const Problem<double>& p, std::size_t lane) {
    std::vector<Matrix> inputs, sums;
    Matrix values = sample_rows(p, p.rows, 0, p.shape.inputs, lane);
    for (int l = 0; l < p.shape.layer_count; ++l) {
        const LayerShape& layer = p.shape.layers[l];
        inputs.push_back(values);
        Matrix sum = weights_of(p.parameters, layer, lane) * values;
        for (int o = 0; o < layer.outputs && layer.biases >= 0; ++o)
            sum.row(o).array() += p.parameters[p.size(layer.biases + o) + lane];
        sums.push_back(sum);
        values = sum.unaryExpr([&](double x) { return plainly(layer.activation, x); });
        const Matrix ours = sample_rows(p, p.rows, layer.to, layer.outputs, lane);
        CHECK((ours - values).cwiseAbs().maxCoeff() < rounding);
    }
    Matrix back(p.shape.outputs, samples);
    for (int s = 0; s < samples; ++s)
        for (int k = 0; k < p.shape.outputs; ++k)
            back(k, s) = p.weight[p.size(s * p.shape.outputs + k) + lane];
    for (int l = p.shape.layer_count - 1; l >= 0; --l) {
        const LayerShape& layer = p.shape.layers[l];
        const auto at = static_cast<std::size_t>(l);
        back = back.cwiseProduct(
            sums[at].unaryExpr([&](double x) { return slope_plainly(layer.activation, x); }));
        const Matrix ours = weights_of(p.gradient, layer, lane);
        CHECK((ours - back * inputs[at].transpose()).cwiseAbs().maxCoeff() < rounding);
        back = (weights_of(p.parameters, layer, lane).transpose() * back).eval();
    }
}

template <class Real>
std::uint64_t hash_of(const NetworkSpec& spec, Isa isa) {
    Problem<Real> p(spec, std::mt19937_64(5));
    p.learn(isa);
    Hash hash;
    hash.add(std::span<const Real>(p.rows));
    hash.add(std::span<const Real>(p.gradient));
    return hash.value();
}

}  // namespace

TEST_CASE("gradients are finite differences", "[network]") {
    // A fixed seed: a relu whose sum is within h of 0 would have no derivative there.
    const auto random = seeded("gradients are finite differences", 11);
    constexpr double h = 1e-6;
    for_specs([&](const NetworkSpec& spec) {
        Problem<double> p(spec, random);
        p.learn(default_isa());
        for (int row = 0; row < p.shape.parameters; ++row) {
            Problem<double> more = p, less = p;
            for (std::size_t k = 0; k < lane_count; ++k) {
                more.parameters[p.size(row) + k] += h;
                less.parameters[p.size(row) + k] -= h;
            }
            more.forward(default_isa()), less.forward(default_isa());
            for (std::size_t lane = 0; lane < lane_count; ++lane) {
                const double difference = (more.loss(lane) - less.loss(lane)) / (2 * h);
                // Rounding of losses of up to 100, over 2 h; and h^2 / 6 times a third derivative.
                CHECK(p.gradient[p.size(row) + lane] ==
                      Approx(difference).epsilon(1e-6).margin(1e-7));
            }
        }
    });
}

TEST_CASE("forward and gradients are Eigen's", "[network]") {
    auto random = random_numbers("forward and gradients are Eigen's");
    for_specs([&](const NetworkSpec& spec) {
        if (spec.output == Activation::softmax) return;
        Problem<double> p(spec, random);
        p.learn(default_isa());
        for (std::size_t lane = 0; lane < lane_count; ++lane) compare_with_eigen(p, lane);
    });
}

TEST_CASE("networks have the same bits on every instruction set", "[network]") {
    for_specs([](const NetworkSpec& spec) {
        for (const Isa isa : built_isas) {
            if (!supported(isa)) continue;
            CHECK(hash_of<float>(spec, isa) == hash_of<float>(spec, Isa::scalar));
            CHECK(hash_of<double>(spec, isa) == hash_of<double>(spec, Isa::scalar));
        }
    });
}

}  // namespace lockstep::test
