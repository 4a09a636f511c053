-- OSRM profile of the benchmark: each way takes the seconds it is tagged with, so that OSRM's
-- edge times are colocate's. With TURNS=yes the turns cost what OSRM's own car profile says;
-- PROFILES is the folder of OSRM's own profiles.
api_version = 4

local profiles = os.getenv("PROFILES")
package.path = profiles .. "/?.lua;" .. package.path
local car = dofile(profiles .. "/car.lua")

function setup()
  local profile = car.setup()
  profile.properties.weight_name = "duration"
  profile.properties.u_turn_penalty = 0
  profile.properties.continue_straight_at_waypoint = false
  return profile
end

function process_way(profile, way, result)
  result.forward_mode = mode.driving
  result.backward_mode = way:get_value_by_key("oneway") == "yes" and mode.inaccessible or mode.driving
  result.duration = tonumber(way:get_value_by_key("seconds"))
end

local function no_cost(profile, turn) end

return {
  setup = setup,
  process_way = process_way,
  process_turn = os.getenv("TURNS") == "yes" and car.process_turn or no_cost,
}
