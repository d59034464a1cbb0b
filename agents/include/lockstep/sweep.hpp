// Searches over settings: what is searched, by which sampler and scheduler, and what was found.
//
// Owns:      nothing: the headers below do.
#pragma once

#include <lockstep/sweep/findings.hpp>
#include <lockstep/sweep/memory_log.hpp>
#include <lockstep/sweep/objective.hpp>
#include <lockstep/sweep/run.hpp>
#include <lockstep/sweep/sampler.hpp>
#include <lockstep/sweep/scheduler.hpp>
#include <lockstep/sweep/space.hpp>
#include <lockstep/sweep/study.hpp>
