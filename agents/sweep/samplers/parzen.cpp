
#include "agents/sweep/samplers/parzen.hpp"

#include <algorithm>
#include <cmath>

#include "agents/statistics/scalar_math.hpp"
#include "agents/sweep/samplers/feasible.hpp"

namespace lockstep::sweep {
namespace {

constexpr std::size_t lanes = draws_at_once;

constexpr double min_width = 0.02;

// Scott's rule: the width that samples of one normal density need.
double bandwidth(std::span<const double> centers, int dimensions) {
    double count = 0, sum = 0, squares = 0;
    for (const double c : centers) {
        if (std::isnan(c)) continue;
        ++count, sum += c, squares += c * c;
    }
    if (count == 0) return 1;
    const double mean = sum / count;
    const double deviation = std::sqrt(std::max(squares / count - mean * mean, 0.0));
    const double shrink = scalar_exp(-scalar_log(count) / (dimensions + 4));
    return deviation * shrink;
}

}  // namespace

ParzenEstimate::ParzenEstimate(const Space& space, const SearchKernels& kernels,
                               std::span<const double> units, std::span<const std::int64_t> trials,
                               double widening)
    : space_(space),
      kernels_(kernels),
      trials_(trials.size()),
      padded_((trials.size() + lanes) / lanes * lanes),
      dimensions_(static_cast<std::size_t>(space.size())),
      category_(dimensions_.size()),
      weight_(padded_),
      center_(padded_ * dimensions_.size(), 0.5),
      steepness_(center_.size()),
      height_(center_.size()) {
    std::fill_n(weight_.begin(), trials_ + 1, 1 / static_cast<double>(trials_ + 1));
    std::vector<double> centers(trials_);
    for (std::size_t d = 0; d < dimensions_.size(); ++d) {
        for (std::size_t k = 0; k < trials_; ++k)
            centers[k] = units[static_cast<std::size_t>(trials[k]) * dimensions_.size() + d];
        place(static_cast<int>(d), centers, widening);
    }
}

// Places the kernels of one dimension; trials without a value stay uniform there.
void ParzenEstimate::place(int dimension, std::span<const double> centers, double widening) {
    const auto d = static_cast<std::size_t>(dimension), begin = d * padded_;
    Dimension& to = dimensions_[d];
    if (space_[dimension].discrete()) to.levels = space_[dimension].levels();
    category_[d] = space_[dimension].scale == Scale::choice;
    for (std::size_t k = 0; k < trials_; ++k)
        if (!std::isnan(centers[k])) center_[begin + k] = centers[k];
    if (category_[d] != 0) {
        const auto count = static_cast<double>(trials_), levels = static_cast<double>(to.levels);
        to.width = (count + 1) / (count + levels);
        return place_category(to, centers, begin);
    }
    const double cell = to.levels == 0 ? 0 : 0.5 / static_cast<double>(to.levels);
    to.width =
        std::clamp(widening * bandwidth(centers, space_.size()), std::max(min_width, cell), 1.0);
    kernels_.heights(&center_[begin], to.width, static_cast<int>(padded_), &height_[begin]);
    for (std::size_t k = 0; k < padded_; ++k) {
        const bool known = k < trials_ && !std::isnan(centers[k]);
        steepness_[begin + k] = known ? 0.5 / (to.width * to.width) : 0;
        if (!known) height_[begin + k] = 0;
    }
}

void ParzenEstimate::place_category(const Dimension& dimension, std::span<const double> centers,
                                    std::size_t begin) {
    const auto levels = static_cast<double>(dimension.levels);
    if (dimension.levels == 1) return;
    const double own = scalar_log(dimension.width * levels);
    const double other = scalar_log((1 - dimension.width) * levels / (levels - 1));
    for (std::size_t k = 0; k < trials_; ++k) {
        if (std::isnan(centers[k])) continue;
        height_[begin + k] = own;
        steepness_[begin + k] = own - other;
    }
}

void ParzenEstimate::densities(std::span<const double> points, std::span<double> densities) const {
    const MixtureView view{static_cast<int>(dimensions_.size()),
                           static_cast<int>(padded_),
                           weight_.data(),
                           center_.data(),
                           steepness_.data(),
                           height_.data(),
                           category_.data()};
    kernels_.densities(view, points.data(), static_cast<int>(densities.size()), densities.data());
}

void ParzenEstimate::draw(std::span<double> rows, std::span<double> points) const {
    const std::size_t size = dimensions_.size();
    std::vector<double> center(lanes * size, 0.5), width(lanes * size, 1.0);
    const std::vector<double> uniforms(rows.begin() + lanes, rows.end());
    std::size_t kernel[lanes];
    for (std::size_t c = 0; c < lanes; ++c)
        kernel[c] = static_cast<std::size_t>(rows[c] * static_cast<double>(trials_ + 1));
    for (std::size_t at = 0; at < center.size(); ++at) {
        center[at] = center_[at / lanes * padded_ + kernel[at % lanes]];
        if (category_[at / lanes] == 0) width[at] = dimensions_[at / lanes].width;
    }
    double* drawn = rows.data() + lanes;
    kernels_.truncated(center.data(), width.data(), static_cast<int>(center.size()), drawn);
    for (std::size_t at = 0; at < center.size(); ++at) {
        const std::size_t d = at / lanes, c = at % lanes;
        const Dimension& dimension = dimensions_[d];
        double u = drawn[at];
        if (steepness_[d * padded_ + kernel[c]] == 0)
            u = uniforms[at];
        else if (category_[d] != 0)
            u = drawn_category(dimension, center[at], uniforms[at]);
        points[c * size + d] = dimension.levels == 0 ? u : snapped(static_cast<int>(d), u);
    }
}

// The middle of the cell in which u lies.
double ParzenEstimate::snapped(int dimension, double u) const {
    const std::int64_t levels = dimensions_[static_cast<std::size_t>(dimension)].levels;
    if (space_[dimension].even()) return cell_middle(cell(u, levels), levels);
    return space_.unit(dimension, space_.value(dimension, u));
}

// The center's level with its own probability, else one of the others.
double ParzenEstimate::drawn_category(const Dimension& dimension, double center,
                                      double uniform) const {
    if (uniform < dimension.width) return center;
    const double rest = (uniform - dimension.width) / (1 - dimension.width);
    const auto other = cell(rest, dimension.levels - 1);
    return cell_middle(other + (other >= cell(center, dimension.levels)), dimension.levels);
}

}  // namespace lockstep::sweep
