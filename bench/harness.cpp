
#include <lockstep/bench.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <set>

#include <lockstep/error.hpp>
#include <lockstep/statistics.hpp>

#include "bench/works/list.hpp"
#include "engine/environments/config.hpp"
#include "engine/text/number_text.hpp"

namespace lockstep::bench {
namespace {

// Steps per second of one run.
double timed(const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    const std::int64_t steps = work.run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    return static_cast<double>(steps) / took.count();
}

// A work, the same on one thread, and its ceiling, which are run in turn.
struct Trio {
    Work work;
    Work one_thread;  // empty where one thread was asked for
    Work ceiling;     // empty where the work has none
};

struct Samples {
    std::vector<double> rate, ratio, speedup, ceiling;
};

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return quantile(values, 0.5);
}

double spread(std::vector<double> values) {
    std::ranges::sort(values);
    return (quantile(values, 0.9) - quantile(values, 0.1)) / quantile(values, 0.5);
}

Samples sample(const Trio& trio, double seconds) {
    Samples samples;
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    timed(trio.work);  // warm-up
    do {
        const double ceiling = trio.ceiling.run ? timed(trio.ceiling) : 0;
        const double rate = timed(trio.work);
        const double alone = trio.one_thread.run ? timed(trio.one_thread) : rate;
        samples.rate.push_back(rate);
        samples.ceiling.push_back(ceiling);
        samples.ratio.push_back(ceiling > 0 ? rate / ceiling : 0);
        samples.speedup.push_back(rate / alone);
    } while (std::chrono::steady_clock::now() < end || samples.rate.size() < 3);
    return samples;
}

Samples sample_once(const Work& work) { return {{timed(work)}, {0}, {1}, {0}}; }

Row measure(const Trio& trio, const Work& reference, const WorkConfig& config, double seconds) {
    const Samples s = seconds > 0 ? sample(trio, seconds) : sample_once(trio.work);
    reference.run();
    const std::uint64_t hash = trio.work.hash();
    return {trio.work.name,   config.isa,        config.threads, config.num_envs,
            config.precision, median(s.rate),    spread(s.rate), median(s.ceiling),
            median(s.ratio),  median(s.speedup), hash,           hash == reference.hash()};
}

void append_rows(std::vector<Row>& rows, const WorkConfig& config, double seconds) {
    WorkConfig alone = config, reference = config;
    alone.threads = 1;
    reference.threads = 1;
    reference.isa = Isa::scalar;
    const bool threaded = config.threads != 1;

    const Work ceiling = ceiling_work(config);
    if (ceiling.run) {
        rows.push_back(measure({ceiling, threaded ? ceiling_work(alone) : Work{}, {}},
                               ceiling_work(reference), config, seconds));
    }
    const std::vector<Work> mine = works(config), references = works(reference);
    const std::vector<Work> own = works(alone);
    for (std::size_t i = 0; i < mine.size(); ++i) {
        const Work bound = mine[i].bound ? Work{mine[i].name, mine[i].bound, {}} : ceiling;
        rows.push_back(measure({mine[i], threaded ? own[i] : Work{}, bound},
                               mine[i].one_isa ? own[i] : references[i], config, seconds));
    }
}

// The id that stands for each environment: its last, which is its newest version.
std::vector<std::string> environment_ids(const Config& config) {
    if (config.env) return {find_environment(*config.env).id.id};
    std::vector<std::string> ids;
    std::set<const Description*> seen;
    for (const EnvironmentEntry& entry : environments()) {
        const Description& about = entry.tables.about();
        if (seen.insert(&about).second) ids.emplace_back(std::prev(about.ids.end())->id);
    }
    return ids;
}

}  // namespace

std::vector<Row> run(const Config& config) {
    if (!(config.seconds >= 0 && config.seconds <= 3600)) {
        throw ConfigError("seconds = " + shortest(config.seconds) + ": allowed 0 to 3600");
    }
    std::vector<Row> rows;
    for (const std::string& id : environment_ids(config)) {
        const WorkConfig work{.env = id,
                              .num_envs = config.num_envs,
                              .threads = config.threads,
                              .isa = checked_isa(config.isa),
                              .precision = config.precision,
                              .seed = config.seed};
        if (rows.empty() && !config.env) {
            WorkConfig scalar = work;
            scalar.isa = Isa::scalar;
            scalar.threads = 1;
            rows.push_back(measure({fma_peak_work(work), {}, {}}, fma_peak_work(scalar), work,
                                   config.seconds));
        }
        append_rows(rows, work, config.seconds);
    }
    return rows;
}

std::string Row::text() const {
    std::string line = name + "  " + shortest(std::round(steps_per_s / 1e5) / 10) + " M steps/s";
    if (ratio_to_ceiling > 0)
        line += ", " + shortest(std::round(ratio_to_ceiling * 1000) / 1000) + " of its ceiling";
    return valid ? line : line + ", void: its hash is wrong";
}

}  // namespace lockstep::bench
