
#include "agents/sweep/samplers/distinct.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "agents/sweep/samplers/feasible.hpp"
#include "engine/memory/hash.hpp"

namespace lockstep::sweep {
namespace {

// The most combinations of levels that are gone through one by one.
constexpr std::uint64_t max_enumerated = std::uint64_t{1} << 30;
// The draws of continuous parameters, and the draw that says where to begin.
constexpr int first_left_draw = 0xFF00, start_draw = 0xFFFF;

// A step that visits all of `size` numbers, in no apparent order.
std::uint64_t stride(std::uint64_t size) {
    constexpr double golden = 0.6180339887498949;
    auto step = static_cast<std::uint64_t>(golden * static_cast<double>(size)) | 1U;
    while (std::gcd(step, size) != 1) step += 2;
    return step;
}

}  // namespace

Distinct::Distinct(const Space& space, std::uint64_t seed)
    : space_(space), draws_(seed), lattice_(space, Lattice::Continuous::one) {
    for (const SearchParameter& p : space.parameters()) {
        continuous_ |= !p.discrete(), conditional_ |= p.parent >= 0;
        continuous_root_ |= !p.discrete() && p.parent < 0;
    }
    limit_ = count();
}

std::int64_t Distinct::count() const {
    constexpr std::int64_t endless = std::numeric_limits<std::int64_t>::max();
    if (continuous_ || lattice_.size() > static_cast<std::uint64_t>(endless)) return endless;
    const auto size = static_cast<std::int64_t>(lattice_.size());
    if (!space_.constrained()) return size;
    if (size > counted_one_by_one) return endless;
    std::vector<double> point(static_cast<std::size_t>(space_.size()));
    std::int64_t allowed = 0;
    for (std::int64_t rank = 0; rank < size; ++rank) {
        lattice_.point(static_cast<std::uint64_t>(rank), point);
        allowed += feasible(space_, point);
    }
    return allowed;
}

// The key of a point, NaN where a parameter has no value; none if no other is like it. Where ranks
// are too large, a hash replaces them: a collision only costs a draw.
Distinct::Key Distinct::key(std::span<const double> known) const {
    if (!countable()) return std::nullopt;
    for (int i = 0; i < space_.size(); ++i)
        if (!space_[i].discrete() && !std::isnan(known[static_cast<std::size_t>(i)]))
            return std::nullopt;
    if (lattice_.size() != Lattice::beyond_count) return lattice_.rank(known);
    Hash hash;
    for (int i = 0; i < space_.size(); ++i) {
        const double u = known[static_cast<std::size_t>(i)];
        hash.mix(std::isnan(u) ? ~std::uint64_t{0} : static_cast<std::uint64_t>(space_.cell(i, u)));
    }
    return hash.value() >> 1U;
}

bool Distinct::was_there(std::uint64_t key) const {
    return before_.contains(key) || now_.contains(key);
}

void Distinct::begin(const Observations& seen, const Generation& generation,
                     std::span<const double> units) {
    if (!countable()) return;
    const auto size = static_cast<std::size_t>(space_.size());
    if (seen.losses.size() < shown_) before_.clear(), shown_ = 0;
    for (; shown_ < seen.losses.size(); ++shown_)
        if (const auto own = key(seen.units.subspan(shown_ * size, size))) before_.insert(*own);
    now_.clear();
    for (std::int64_t t = 0; t < generation.given; ++t)
        take(units.subspan(static_cast<std::size_t>(t) * size, size));
}

// Returns nothing if the constraints do not allow the point's configuration.
std::optional<Distinct::Key> Distinct::judged(std::span<const double> point) const {
    if (!conditional_ && !space_.constrained()) return key(point);
    std::vector<double> known(point.size());
    space_.values(point, known);
    if (!space_.allows(known)) return std::nullopt;
    for (std::size_t i = 0; i < known.size(); ++i)
        if (!std::isnan(known[i])) known[i] = point[i];
    return key(known);
}

bool Distinct::fresh(std::span<const double> point) const {
    if (!judges()) return true;
    const auto own = judged(point);
    return own && !(*own && was_there(**own));
}

bool Distinct::take(std::span<const double> point) {
    if (!judges()) return true;
    const auto own = judged(point);
    if (!own || (*own && was_there(**own))) return false;
    if (*own) now_.insert(**own);
    return true;
}

bool Distinct::replace(std::int64_t trial, std::span<double> point) {
    if (draw_anew(trial, point)) return true;
    if (!countable() || lattice_.size() > max_enumerated) return true;
    return take_left(trial, point);
}

bool Distinct::draw_anew(std::int64_t trial, std::span<double> point) {
    std::vector<double> rows(point.size() * draws_at_once), drawn(point.size());
    for (int first = 0; first < max_attempts; first += draws_at_once) {
        draws_.of_draws(trial, first, rows);
        for (std::size_t c = 0; c < draws_at_once; ++c) {
            for (std::size_t d = 0; d < drawn.size(); ++d) drawn[d] = rows[d * draws_at_once + c];
            if (!take(drawn)) continue;
            std::ranges::copy(drawn, point.begin());
            return true;
        }
    }
    return false;
}

bool Distinct::take_left(std::int64_t trial, std::span<double> point) {
    const std::uint64_t size = lattice_.size(), step = stride(size);
    std::vector<double> rows((point.size() + 1) * draws_at_once), left(point.size());
    draws_.of_draws(trial, start_draw, std::span(rows).first(draws_at_once));
    auto rank = static_cast<std::uint64_t>(rows[0] * static_cast<double>(size));
    if (continuous_) draws_.of_draws(trial, first_left_draw, rows);
    const std::size_t tries = continuous_ ? draws_at_once : 1;
    for (std::uint64_t looked = 0; looked < size; ++looked, rank = (rank + step) % size) {
        if (was_there(rank)) continue;
        lattice_.point(rank, left);
        for (std::size_t c = 0; c < tries; ++c) {
            for (int d = 0; d < space_.size(); ++d) {
                const auto at = static_cast<std::size_t>(d);
                if (!space_[d].discrete()) left[at] = rows[at * draws_at_once + c];
            }
            if (!take(left)) continue;
            std::ranges::copy(left, point.begin());
            return true;
        }
    }
    return false;
}

}  // namespace lockstep::sweep
