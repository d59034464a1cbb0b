// lockstep render FILE -o x.gif: one test episode of what `train --out` saved, as an animation.

#include <fmt/format.h>

#include <filesystem>

#include <lockstep/agent.hpp>

#include "agents/recording/recording.hpp"
#include "tools/command_line/verb.hpp"
#include "tools/pictures/gif.hpp"
#include "tools/pictures/picture.hpp"
#include "tools/results/result_file.hpp"
#include "tools/text/output.hpp"

namespace lockstep {
namespace {

constexpr std::uint64_t max_frames = 100'000;

struct RenderTexts {
    std::string file, out;
    std::string learner = "0", episode = "0", steps = "1000";
    bool force = false;
};

Options options(RenderTexts& texts) {
    return {required({"FILE", texts.file, "what `train --out` saved", Values::file}),
            required({"-o,--out", texts.out, "GIF to write, as x.gif", Values::file}),
            {"--force", texts.force, "replace a picture that `render` made"},
            {"--learner", texts.learner, "which of the learners, from 0 (0)"},
            {"--episode", texts.episode, "which test episode, from 0 (0)"},
            {"--steps", texts.steps, "maximum number of steps (1000)"}};
}

struct RenderPlan {
    SavedResult saved;
    Picture picture;
    std::size_t learner = 0;
    std::uint32_t episode = 0;
    std::int32_t steps = 0;
};

Learnt learnt(const SavedResult& saved, std::size_t learner) {
    if (!saved.networks.empty()) return saved.networks[learner];
    if (!saved.tables.empty()) return saved.tables[learner];
    return saved.policies[learner];
}

void check_learner(const SavedResult& saved, std::size_t learner) {
    const std::size_t count = learnt_count(saved);
    if (learner >= count) {
        throw ConfigError(fmt::format("--learner = '{}': {} learner(s) were saved, counted from 0",
                                      learner, count));
    }
    if (stage_of(saved, learner) == LearnerStage::not_begun)
        throw ConfigError(fmt::format(
            "--learner = '{}': it had not begun when training was interrupted", learner));
    if (!saved.networks.empty() && saved.networks[learner].empty())
        throw ConfigError(fmt::format("--learner = '{}': it failed, and has no network", learner));
}

// Checks the extension, ignoring case.
void check_format(const std::string& out) {
    std::string extension = std::filesystem::path(out).extension().string();
    for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (extension == ".gif") return;
    throw ConfigError(
        fmt::format("--out = '{}': the extension decides the format: allowed .gif", out));
}

Found found_picture(const std::string& path) {
    return replaceable_if(is_encoded(bytes_behind("GIF89a", path)));
}

void check_paths(const RenderTexts& texts, const std::optional<SavedResult>& saved,
                 Faults& faults) {
    faults.collect([&] { check_format(texts.out); });
    Paths paths;
    paths.reads(named("FILE", texts.file), texts.file);
    if (saved) {
        for (const auto& [name, value] : saved->config.env_settings.texts)
            paths.reads_if_there(name, value);
    }
    paths.writes(named("--out", texts.out), texts.out, "a picture that `render` made",
                 found_picture, texts.force);
    paths.check(faults);
}

RenderPlan make_plan(const RenderTexts& texts, const Common& common, Faults& faults) {
    RenderPlan plan;
    plan.learner = faults.whole("--learner", texts.learner, 0, max_frames);
    plan.episode = static_cast<std::uint32_t>(
        faults.whole("--episode", texts.episode, 0, max_test_episodes - 1));
    plan.steps = static_cast<std::int32_t>(faults.whole("--steps", texts.steps, 1, max_frames));
    auto saved = faults.attempt([&] { return load_result(texts.file); });
    check_paths(texts, saved, faults);
    if (!saved) return plan;
    plan.saved = std::move(*saved);
    plan.saved.config.seed =
        common.seed.value_or(plan.saved.config.seed) + std::uint64_t{plan.learner};
    faults.collect([&] { check_learner(plan.saved, plan.learner); });
    faults.collect([&] {
        try {
            plan.picture = find_picture(plan.saved.config);
        } catch (const ConfigError& error) {
            throw ConfigError(fmt::format("{}: {}", texts.file, error.what()));
        }
    });
    return plan;
}

std::string draw(const Picture& picture, const Recording& recording) {
    PixelCanvas canvas(picture.width, picture.height);
    return encode_gif({picture.width, picture.height, std::ssize(recording.states),
                       picture.centiseconds, [&](std::int64_t frame) {
                           picture.draw(canvas, recording.states[static_cast<std::size_t>(frame)]);
                           return canvas.pixels();
                       }});
}

void render(const RenderTexts& texts, const Common& common, Faults& faults) {
    const RenderPlan plan = make_plan(texts, common, faults);
    faults.raise();
    const Recording recording =
        record_episode(plan.saved.config, find_agent(plan.saved.agent),
                       learnt(plan.saved, plan.learner), plan.episode, plan.steps);
    write_file(texts.out, draw(plan.picture, recording));
    const auto steps = std::ssize(recording.states) - 1;
    if (common.json) {
        return print_json({{"file", texts.out},
                           {"env", plan.saved.config.env},
                           {"agent", plan.saved.agent},
                           {"learner", plan.learner},
                           {"episode", plan.episode},
                           {"steps", steps},
                           {"return", recording.episode_return},
                           {"terminated", recording.terminated},
                           {"truncated", recording.truncated}});
    }
    fmt::print("{}: {} on {}, {} steps, return {:.6g}\n", texts.out, plan.saved.agent,
               plan.saved.config.env, grouped(steps), recording.episode_return);
}

}  // namespace

Verb render_verb() {
    return {"render", "draw a test episode of a saved result as an animated GIF",
            call<RenderTexts, options, render>};
}

}  // namespace lockstep
