-- The orbits of the sun and the four giant planets, by a symplectic integrator.
-- Usage: nbody.lua [steps]
local sqrt = math.sqrt

local SOLAR_MASS = 4 * math.pi * math.pi
local DAYS = 365.24

local function body(x, y, z, vx, vy, vz, mass)
  return {
    x = x, y = y, z = z,
    vx = vx * DAYS, vy = vy * DAYS, vz = vz * DAYS,
    mass = mass * SOLAR_MASS,
  }
end

local bodies = {
  body(0, 0, 0, 0, 0, 0, 1), -- sun
  body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
    0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609), -- jupiter
  body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
    -0.00276742510726411619, 0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812), -- saturn
  body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
    0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556, 0.0000436624404335156298), -- uranus
  body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
    0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870, 0.0000515138902046611451), -- neptune
}

-- Gives the sun the momentum that makes the total zero.
local function offset_momentum()
  local px, py, pz = 0, 0, 0
  for _, b in ipairs(bodies) do
    px, py, pz = px + b.vx * b.mass, py + b.vy * b.mass, pz + b.vz * b.mass
  end
  local sun = bodies[1]
  sun.vx, sun.vy, sun.vz = -px / SOLAR_MASS, -py / SOLAR_MASS, -pz / SOLAR_MASS
end

local function energy()
  local e = 0
  for i, a in ipairs(bodies) do
    e = e + 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
    for j = i + 1, #bodies do
      local b = bodies[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      e = e - a.mass * b.mass / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end

local function advance(dt)
  local n = #bodies
  for i = 1, n do
    local a = bodies[i]
    local x, y, z = a.x, a.y, a.z
    local vx, vy, vz = a.vx, a.vy, a.vz
    for j = i + 1, n do
      local b = bodies[j]
      local dx, dy, dz = x - b.x, y - b.y, z - b.z
      local dist2 = dx * dx + dy * dy + dz * dz
      local mag = dt / (dist2 * sqrt(dist2))
      local am, bm = a.mass * mag, b.mass * mag
      vx, vy, vz = vx - dx * bm, vy - dy * bm, vz - dz * bm
      b.vx, b.vy, b.vz = b.vx + dx * am, b.vy + dy * am, b.vz + dz * am
    end
    a.vx, a.vy, a.vz = vx, vy, vz
    a.x, a.y, a.z = x + dt * vx, y + dt * vy, z + dt * vz
  end
end

local n = tonumber(arg and arg[1]) or 300000
offset_momentum()
local before = energy()
print(string.format("%.9f", before))
for _ = 1, n do
  advance(0.01)
end
local after = energy()
print(string.format("%.9f", after))
assert(math.abs(after - before) < 1e-3 * math.abs(before), "the energy drifted")
