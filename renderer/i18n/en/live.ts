/** Terminals, forwarded ports, and logs of many pods. */
export const live = {
  'action.shell': 'Shell',
  'action.attach': 'Attach',
  'action.forward': 'Forward a port',
  'action.openLogs': 'Open in Logs',
  'dock.closeTerminal': 'End this terminal',

  'terminal.title': 'Terminal',
  'terminal.container': 'Container',
  'terminal.shell': 'Shell',
  'terminal.attached': 'Attached to the container’s own process: what you type goes there.',
  'terminal.ended': 'The process has ended with exit code {{code}}.',
  'terminal.lost': 'The terminal has ended: {{why}}',
  'terminal.again': 'Enter begins a new one.',

  'forwards.title': 'Forwarded ports',
  'forwards.count_one': '{{count}} port',
  'forwards.count_other': '{{count}} ports',
  'forwards.start': 'Forward',
  'forwards.stop': 'Stop',
  'forwards.open': 'Open in the browser',
  'forwards.body': 'This opens a port of this machine that leads to “{{name}}”. Only this machine can use it, and it closes with the dashboard.',
  'forwards.port': 'Port',
  'forwards.localPort': 'Port of this machine',
  'forwards.anyPort': 'Empty: any that is free',
  'forwards.started': '{{name}} is reached at port {{port}}',

  'help.shell': 'Shell in the chosen pod',
  'help.edit': 'Edit the chosen object',
  'help.restart': 'Restart it, or run it now',
  'palette.object': 'This object',
} as const
