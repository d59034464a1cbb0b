include(CMakeFindDependencyMacro)
find_dependency(TBB)
include(${CMAKE_CURRENT_LIST_DIR}/lockstepTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/LockstepEnvironment.cmake)
