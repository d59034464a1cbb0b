
#include "tests/tools/store/sample_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace lockstep::test {
namespace {

using sweep::TrialRow;

// Cheap to seed: every row has its own generator.
using Random = std::minstd_rand;

std::uint64_t wide(Random& random) { return std::uint64_t{random()} << 33 ^ random(); }

double odd_number(Random& random) {
    using Limits = std::numeric_limits<double>;
    switch (random() % 8) {
        case 0:
            return Limits::quiet_NaN();
        case 1:
            return Limits::infinity();
        case 2:
            return -Limits::infinity();
        case 3:
            return -0.0;
        case 4:
            return Limits::denorm_min();
        default:
            return std::ldexp(static_cast<double>(wide(random)), -40);
    }
}

std::vector<std::byte> all_but_state(const TrialRow& row) {
    sweep::ByteWriter to;
    sweep::encode(row, 0, to);
    return {to.bytes().begin(), to.bytes().end()};
}

}  // namespace

TrialRow sample_row(std::int64_t i) {
    Random random(static_cast<Random::result_type>(i) + 1);
    random.discard(2);  // the first numbers depend too much on the seed
    TrialRow row;
    row.trial = i / 2 - 1;  // includes the default trial
    row.role = static_cast<sweep::Role>(random() % 3);
    row.stage = static_cast<std::int32_t>(i % 2);
    row.generation = i / 64;
    row.state = static_cast<sweep::TrialState>(random() % sweep::trial_states);
    row.budget = odd_number(random);
    row.first_seed = static_cast<std::int64_t>(wide(random) >> 2U);
    row.seeds = static_cast<std::int64_t>(random() % 1'000);
    row.steps = static_cast<std::int64_t>(random() % 1'000'000);
    row.values.resize(random() % 5);
    row.scores.resize(random() % 9);
    for (double& value : row.values) value = odd_number(random);
    for (double& score : row.scores) score = odd_number(random);
    if (random() % 4 == 0) row.message.assign(random() % 300, static_cast<char>(random()));
    if (random() % 8 == 0) row.state_bytes.resize(random() % 3000);
    for (std::byte& b : row.state_bytes) b = static_cast<std::byte>(random());
    return row;
}

std::vector<TrialRow> sample_rows(std::int64_t first, std::int64_t end) {
    std::vector<TrialRow> rows;
    for (std::int64_t i = first; i < end; ++i) rows.push_back(sample_row(i));
    return rows;
}

bool same(const TrialRow& a, const TrialRow& b) {
    return key_of(a) == key_of(b) && all_but_state(a) == all_but_state(b) &&
           a.state_bytes == b.state_bytes;
}

std::vector<TrialRow> load_all(sweep::TrialLog& log) {
    std::vector<TrialRow> rows;
    log.load([&](TrialRow&& row) { rows.push_back(std::move(row)); });
    return rows;
}

bool are_first_samples(std::vector<TrialRow> rows) {
    const auto number = [](const TrialRow& row) { return (row.trial + 1) * 2 + row.stage; };
    std::ranges::sort(rows, {}, number);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!same(rows[i], sample_row(static_cast<std::int64_t>(i)))) return false;
    }
    return true;
}

}  // namespace lockstep::test
