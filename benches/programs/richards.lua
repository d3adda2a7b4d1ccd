-- Measures: a small operating system that schedules tasks: objects of several kinds with methods, queues of packets.
-- Group: escape
local n = tonumber(arg and arg[1]) or 220000

-- Kinds of packets.
local WORK, DEVICE = "work", "device"

local Packet = {}
Packet.__index = Packet

local function new_packet(link, owner, kind)
  return setmetatable({ link = link, owner = owner, kind = kind, item = 0, data = { 0, 0, 0, 0 } }, Packet)
end

--- This packet at the end of a queue.
function Packet:after(queue)
  self.link = nil
  if not queue then
    return self
  end
  local last = queue
  while last.link do
    last = last.link
  end
  last.link = self
  return queue
end

local Task = {}
Task.__index = Task

local function class(methods)
  methods.__index = methods
  return setmetatable(methods, Task)
end

local Idle, Worker, Handler, Device = class({}), class({}), class({}), class({})

local System = {}
System.__index = System

local function new_system()
  return setmetatable({ list = nil, current = nil, tasks = {}, queued = 0, held = 0 }, System)
end

function System:add(task, number, priority, queue)
  task.number, task.priority, task.queue = number, priority, queue
  task.link, task.system = self.list, self
  task.suspended, task.holding = queue == nil, false
  self.list, self.tasks[number] = task, task
  return task
end

function System:run()
  local task = self.list
  while task do
    self.current = task
    if task.holding or (task.suspended and not task.queue) then
      task = task.link
    else
      task = task:step()
    end
  end
end

--- Takes a packet if one waits, and works.
function Task:step()
  local packet
  if self.suspended then
    packet = self.queue
    self.queue, self.suspended = packet.link, false
  end
  return self:work(packet)
end

function Task:wait()
  self.suspended = true
  return self
end

function Task:hold()
  local system = self.system
  system.held = system.held + 1
  self.holding = true
  return self.link
end

function Task:release(number)
  local other = self.system.tasks[number]
  other.holding = false
  if other.priority > self.priority then
    return other
  end
  return self
end

--- Hands a packet to a task; the more important of the two goes on.
function Task:send(packet)
  local system = self.system
  local other = system.tasks[packet.owner]
  system.queued = system.queued + 1
  packet.owner = self.number
  if not other.queue then
    packet.link = nil
    other.queue = packet
    if other.priority > self.priority then
      return other
    end
  else
    other.queue = packet:after(other.queue)
  end
  return self
end

function Idle:work()
  self.count = self.count - 1
  if self.count == 0 then
    return self:hold()
  end
  if self.control % 2 == 0 then
    self.control = self.control / 2
    return self:release(5)
  end
  self.control = ((self.control - 1) / 2 + 53256) % 65536
  return self:release(6)
end

function Worker:work(packet)
  if not packet then
    return self:wait()
  end
  self.to = self.to == 3 and 4 or 3
  packet.owner, packet.item = self.to, 0
  for i = 1, 4 do
    self.count = self.count % 26 + 1
    packet.data[i] = self.count
  end
  return self:send(packet)
end

function Handler:work(packet)
  if packet then
    if packet.kind == WORK then
      self.inbox = packet:after(self.inbox)
    else
      self.outbox = packet:after(self.outbox)
    end
  end
  local inbox = self.inbox
  if inbox then
    local item = inbox.item
    if item >= 4 then
      self.inbox = inbox.link
      return self:send(inbox)
    end
    local out = self.outbox
    if out then
      self.outbox = out.link
      out.item = inbox.data[item + 1]
      inbox.item = item + 1
      return self:send(out)
    end
  end
  return self:wait()
end

function Device:work(packet)
  if packet then
    self.pending = packet
    return self:hold()
  end
  local pending = self.pending
  if pending then
    self.pending = nil
    return self:send(pending)
  end
  return self:wait()
end

local function simulate(count)
  local system = new_system()
  local function new(methods, fields)
    return setmetatable(fields, methods)
  end
  local idle = system:add(new(Idle, { control = 1, count = count }), 1, 0, nil)
  idle.suspended = false
  local queue = new_packet(nil, 2, WORK)
  queue = new_packet(queue, 2, WORK)
  system:add(new(Worker, { to = 3, count = 0 }), 2, 1000, queue).suspended = true
  for number = 3, 4 do
    queue = new_packet(nil, number + 2, DEVICE)
    queue = new_packet(queue, number + 2, DEVICE)
    queue = new_packet(queue, number + 2, DEVICE)
    system:add(new(Handler, {}), number, number * 1000 - 1000, queue).suspended = true
  end
  for number = 5, 6 do
    system:add(new(Device, {}), number, number * 1000 - 1000, nil)
  end
  system:run()
  return system.queued, system.held
end

local queued, held = 0, 0
for first = 1, n, 10000 do
  local q, h = simulate(math.min(10000, n - first + 1))
  queued, held = queued + q, held + h
end
print(queued, held)
