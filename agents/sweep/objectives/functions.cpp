
#include "agents/sweep/objectives/functions.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <lockstep/detail/random/rng.hpp>

#include "agents/sweep/objectives/test_functions.hpp"
#include "agents/sweep/study/faults.hpp"
#include "engine/machine/parallel.hpp"
#include "engine/random/seeding.hpp"
#include "engine/text/number_text.hpp"

namespace lockstep::sweep {
namespace {

using L = Lanes<Scalar, double>;
using V = L::real;

constexpr int max_dimensions = 1000;

// The i of "x<i>".
std::optional<int> index_of(std::string_view name) {
    int i = 0;
    if (!name.starts_with('x')) return std::nullopt;
    const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), i);
    const bool canonical = name.size() == 2 || name[1] != '0';
    if (error != std::errc() || end != name.data() + name.size() || i < 0 || !canonical)
        return std::nullopt;
    return i;
}

// What a study's settings and space define for a function.
struct Reading {
    const TestFunction* function = nullptr;
    std::vector<double> x;       // values that the space does not set
    std::vector<int> parameter;  // of the space, for each x; -1: none
    double noise = 0;
};

class Reader {
public:
    explicit Reader(const Study& study) : study_(study), faults_(study) {}

    Reading read() {
        const auto names = function_names();
        const auto found = std::ranges::find(names, study_.agent);
        if (found == names.end())
            throw ConfigError(study_.where("study.agent") +
                              unknown_name("function", study_.agent, names));
        reading_.function = &test_functions()[static_cast<std::size_t>(found - names.begin())];
        grow(reading_.function->dimensions);
        for (const auto& [name, text] : study_.set) set(name, text);
        for (int i = 0; i < study_.space.size(); ++i) search(i);
        if (reading_.x.empty()) faults_.add("space", "a function needs x0, x1, ...");
        faults_.raise();
        return std::move(reading_);
    }

private:
    void grow(int dimensions) {
        const auto size = std::max(reading_.x.size(), static_cast<std::size_t>(dimensions));
        reading_.x.resize(size, 1);
        reading_.parameter.resize(size, -1);
    }
    // The index of the x with this name; null, with a fault added: there is none.
    std::optional<std::size_t> place(const std::string& name, const std::string& key) {
        const auto i = index_of(name);
        const int most = reading_.function->dimensions;
        if (i && (most == 0 ? *i < max_dimensions : *i < most)) {
            grow(*i + 1);
            return static_cast<std::size_t>(*i);
        }
        const std::string last = std::to_string((most == 0 ? max_dimensions : most) - 1);
        faults_.add(key, "unknown parameter '" + name + "': " + study_.agent + " has x0 to x" +
                             last + ", and noise");
        return std::nullopt;
    }
    void set(const std::string& name, const std::string& text) {
        const std::string key = "set." + name;
        const auto value = number_in(text);
        if (name == "noise") {
            if (!value || !(*value >= 0) || !std::isfinite(*value))
                return faults_.add(key, "noise = " + text + ": allowed numbers from 0");
            reading_.noise = *value;
        } else if (const auto i = place(name, key)) {
            if (!value) return faults_.add(key, name + " = '" + text + "': allowed numbers");
            reading_.x[*i] = *value;
        }
    }
    void search(int p) {
        const std::string& name = study_.space[p].name;
        const std::string key = "space." + name;
        const auto i = place(name, key);
        if (!i) return;
        if (study_.set.contains(name)) faults_.add(key, name + " is in [set] too");
        for (const std::string& text : study_.space[p].choices)
            if (!number_in(text)) faults_.add(key, name + " = '" + text + "': allowed numbers");
        reading_.parameter[*i] = p;
    }

    const Study& study_;
    Reading reading_;
    StudyFaults faults_;
};

class FunctionObjective final : public Objective {
public:
    explicit FunctionObjective(const Study& study)
        : study_(study), reading_(Reader(study).read()) {}

    LaneSteps evaluate(std::span<const Job> jobs, const EvaluateOptions& options,
                       const Done& done) const override {
        const std::int64_t count = std::ssize(jobs);
        const std::int64_t chunk = options.chunk > 0 ? options.chunk : 1024;
        Workers(options.threads).for_each((count + chunk - 1) / chunk, [&](std::int64_t c) {
            if (options.stop.stop_requested()) return;
            const std::int64_t end = std::min(count, (c + 1) * chunk);
            for (std::int64_t first = c * chunk; first < end; first += lane_count)
                evaluate_lanes(jobs, first, std::min<std::int64_t>(lane_count, end - first), done);
        });
        return {count, (count + lane_count - 1) / lane_count * lane_count};
    }
    double budget() const override { return 0; }
    bool stochastic() const override { return reading_.noise > 0; }
    bool resumable() const override { return false; }
    bool tunable(int) const override { return false; }

private:
    double x_of(const Job& job, std::size_t i) const {
        const int p = reading_.parameter[i];
        if (p < 0) return reading_.x[i];
        const double value = job.values[static_cast<std::size_t>(p)];
        if (std::isnan(value)) return reading_.x[i];
        if (study_.space[p].scale != Scale::choice) return value;
        return *number_in(study_.space.text(p, value));
    }
    void evaluate_lanes(std::span<const Job> jobs, std::int64_t first, std::int64_t count,
                        const Done& done) const {
        std::vector<V> x(reading_.x.size(), V(0));
        for (std::int64_t lane = 0; lane < count; ++lane) {
            for (std::size_t i = 0; i < x.size(); ++i)
                x[i].part[lane] = x_of(jobs[static_cast<std::size_t>(first + lane)], i);
        }
        const V values = reading_.function->value(x);
        for (std::int64_t lane = 0; lane < count; ++lane) {
            const Job& job = jobs[static_cast<std::size_t>(first + lane)];
            Outcome outcome;
            outcome.scores.assign(static_cast<std::size_t>(job.seeds), values.part[lane]);
            outcome.steps = job.seeds;
            if (reading_.noise > 0) add_noise(job, outcome.scores);
            if (!std::ranges::all_of(outcome.scores, [](double s) { return std::isfinite(s); })) {
                outcome.state = TrialState::not_finite;
                outcome.message = "the value is no finite number";
                outcome.scores.clear();
            }
            done(first + lane, std::move(outcome));
        }
    }
    // Sixteen seeds at once; each seed has a key of its own, and the trial is the counter.
    void add_noise(const Job& job, std::span<double> scores) const {
        using Word = L::u32;
        const auto trial = static_cast<std::uint64_t>(job.trial);
        const Word low(static_cast<std::uint32_t>(trial)),
            high(static_cast<std::uint32_t>(trial >> 32U));
        for (std::size_t first = 0; first < scores.size(); first += lane_count) {
            LaneKey<Word> key{};
            const std::size_t here = std::min<std::size_t>(lane_count, scores.size() - first);
            for (std::size_t lane = 0; lane < here; ++lane) {
                const auto index = job.first_seed + static_cast<std::int64_t>(first + lane);
                const Key own = stream_key(learner_seed(study_, job.role, index), Stream::dynamics);
                key.words[0].part[lane] = own.words[0];
                key.words[1].part[lane] = own.words[1];
            }
            const V normal = Rng<L, LaneKey<Word>>(key, low, high).normals().first;
            for (std::size_t lane = 0; lane < here; ++lane)
                scores[first + lane] += reading_.noise * normal.part[lane];
        }
    }

    const Study& study_;
    const Reading reading_;
};

}  // namespace

std::span<const std::string_view> function_names() {
    static const auto names = [] {
        std::vector<std::string_view> all;
        for (const TestFunction& f : test_functions()) all.push_back(f.name);
        return all;
    }();
    return names;
}

std::unique_ptr<Objective> make_function(const Study& study) {
    return std::make_unique<FunctionObjective>(study);
}

}  // namespace lockstep::sweep
