// Everything that a program calls. Who writes environments includes <lockstep/environment.hpp> and
// <lockstep/lane.hpp> there; who writes agents, <lockstep/agent.hpp>.
//
// Owns:      nothing: the headers below do.
#pragma once

#include <lockstep/agent.hpp>
#include <lockstep/agent_testing.hpp>
#include <lockstep/bench.hpp>
#include <lockstep/command.hpp>
#include <lockstep/error.hpp>
#include <lockstep/isa.hpp>
#include <lockstep/policy.hpp>
#include <lockstep/spaces.hpp>
#include <lockstep/statistics.hpp>
#include <lockstep/store.hpp>
#include <lockstep/sweep.hpp>
#include <lockstep/testing.hpp>
#include <lockstep/train.hpp>
#include <lockstep/vector_env.hpp>
